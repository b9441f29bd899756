//! Runs the oauth2 crate in the conformance suite. It does not cache tokens and has no function for
//! that: as in its documentation, each call requests a token.
use oauth2::basic::{BasicClient, BasicErrorResponse};
use oauth2::reqwest::{blocking, redirect, Error as HttpError};
use oauth2::{
    AuthType, ClientId, ClientSecret, HttpClientError, RequestTokenError, TokenResponse, TokenUrl,
};
use serde_json::{json, Value};
use std::env::var;
use std::error::Error;
use std::io::stdin;
use std::{iter::successors, thread};

type TokenError = RequestTokenError<HttpClientError<HttpError>, BasicErrorResponse>;

fn setting(name: &str) -> String {
    var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

fn connect() -> blocking::Client {
    // As in its documentation: redirects are not followed.
    blocking::Client::builder()
        .redirect(redirect::Policy::none())
        .build()
        .expect("a client")
}

fn token(http: &blocking::Client) -> Result<String, TokenError> {
    let client = BasicClient::new(ClientId::new(setting("CLIENT_ID")))
        .set_client_secret(ClientSecret::new(setting("CLIENT_SECRET")))
        .set_auth_type(AuthType::RequestBody)
        .set_token_uri(TokenUrl::new(setting("TOKEN_URL")).expect("a valid URL"));
    let response = client.exchange_client_credentials().request(http)?;
    Ok(response.access_token().secret().clone())
}

fn me(http: &blocking::Client, token: &str) -> Result<(u16, Value), HttpError> {
    let url = format!("{}/me", setting("API_BASE_URL").trim_end_matches('/'));
    let response = http
        .get(url)
        .bearer_auth(token)
        .send()?
        .error_for_status()?;
    let status = response.status().as_u16();
    let text = response.text()?;
    Ok((
        status,
        serde_json::from_str(&text).unwrap_or(Value::String(text)),
    ))
}

fn reason(error: &dyn Error) -> String {
    let chain = successors(Some(error), |&error| error.source());
    chain
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

fn result(http: &blocking::Client, id: &Value) -> Value {
    match token(http).map(|token| me(http, &token)) {
        Err(error) => {
            json!({"id": id, "ok": false, "stage": "token", "status": null, "message": reason(&error)})
        }
        Ok(Err(error)) => {
            let status = error.status().map(|status| status.as_u16());
            json!({"id": id, "ok": false, "stage": "api", "status": status, "message": reason(&error)})
        }
        Ok(Ok((status, body))) => json!({"id": id, "ok": true, "status": status, "body": body}),
    }
}

fn main() {
    let shared = connect();
    let mut calls = Vec::new();
    for line in stdin().lines() {
        let command: Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        match command["command"].as_str() {
            Some("quit") => break,
            Some("call") => {
                let http = if command["client"] == "new" {
                    connect()
                } else {
                    shared.clone()
                };
                for _ in 0..command["times"].as_u64().unwrap_or(1) {
                    let (http, id) = (http.clone(), command["id"].clone());
                    calls.push(thread::spawn(move || println!("{}", result(&http, &id))));
                }
            }
            name => println!("{}", json!({ "unsupported": name })),
        }
    }
    for call in calls {
        call.join().expect("a call that does not panic");
    }
}
