//! Calls GET /me: the smallest client that uses the generated code.

use progenitor::progenitor_client::Error;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use reqwest::redirect::Policy;
use serde_json::{Value, json};

mod persium {
    progenitor::generate_api!(spec = "openapi.yaml");
}

type Problem = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Problem> {
    println!("{}", get_me().await?);
    Ok(())
}

async fn get_me() -> Result<Value, Problem> {
    let token = match request_token().await? {
        Ok(token) => token,
        Err(failure) => return Ok(failure),
    };
    // The generated code ignores `security`: the HTTP client sends the token.
    let mut bearer = HeaderValue::try_from(format!("Bearer {token}"))?;
    bearer.set_sensitive(true);
    let http = reqwest::Client::builder()
        .default_headers(HeaderMap::from_iter([(AUTHORIZATION, bearer)]))
        .redirect(Policy::none())
        .build()?;
    let base = std::env::var("API_BASE_URL")?;
    let client = persium::Client::new_with_client(base.trim_end_matches('/'), http); // the generated code adds a slash
    match client.get_me().await {
        Ok(me) => Ok(json!({"ok": true, "me": {
            "client_id": me.client_id,
            "organisation_uuid": me.organisation_uuid,
            "label": me.label,
            "all_organisations": me.all_organisations,
        }})),
        Err(Error::ErrorResponse(response)) => {
            Ok(failure(response.status().as_u16(), response.headers()))
        }
        // A status that openapi.yaml does not define.
        Err(Error::UnexpectedResponse(response)) => {
            Ok(failure(response.status().as_u16(), response.headers()))
        }
        // No response, or not as in openapi.yaml.
        Err(_) => Ok(json!({"ok": false, "stage": "api"})),
    }
}

fn failure(status: u16, headers: &HeaderMap) -> Value {
    let detail = [WWW_AUTHENTICATE, RETRY_AFTER]
        .iter()
        .find_map(|name| headers.get(name)?.to_str().ok());
    json!({"ok": false, "stage": "api", "status": status, "detail": detail})
}

async fn request_token() -> Result<Result<String, Value>, Problem> {
    let response = reqwest::Client::builder()
        .redirect(Policy::none())
        .build()?
        .post(std::env::var("TOKEN_URL")?)
        .form(&[
            ("grant_type", "client_credentials"),
            ("client_id", &std::env::var("CLIENT_ID")?),
            ("client_secret", &std::env::var("CLIENT_SECRET")?),
        ])
        .send()
        .await?;
    let status = response.status();
    let body: Value = response.json().await?;
    match body["access_token"].as_str() {
        Some(token) if status.is_success() => Ok(Ok(token.to_owned())),
        _ => Ok(Err(json!({
            "ok": false,
            "stage": "token",
            "status": status.as_u16(),
            "detail": body["error"],
        }))),
    }
}
