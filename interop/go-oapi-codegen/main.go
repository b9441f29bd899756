// Program says who is calling: as little as a client of the generated code can be.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"net/url"
	"os"

	"persium.example/interop/persium"
)

type outcome struct {
	OK     bool    `json:"ok"`
	Me     *me     `json:"me,omitempty"`
	Stage  string  `json:"stage,omitempty"`
	Status int     `json:"status,omitempty"`
	Detail *string `json:"detail,omitempty"`
}

type me struct {
	ClientID         string `json:"client_id"`
	OrganisationUUID string `json:"organisation_uuid"`
	Label            string `json:"label"`
	AllOrganisations bool   `json:"all_organisations"`
}

func main() {
	log.SetFlags(0)
	answer, err := whoAmI(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		log.Fatal(err)
	}
}

func whoAmI(ctx context.Context) (*outcome, error) {
	doer := persium.WithHTTPClient(&http.Client{CheckRedirect: refuse})
	token, refused, err := requestToken(ctx, doer)
	if err != nil || refused != nil {
		return refused, err
	}
	api, err := persium.NewClientWithResponses(os.Getenv("API_BASE_URL"), doer)
	if err != nil {
		return nil, err
	}
	answer, err := api.GetMeWithResponse(ctx, bearer(token))
	if err != nil { // no answer, or not what openapi.yaml says
		return &outcome{Stage: "api"}, nil
	}
	if got := answer.JSON200; got != nil {
		return &outcome{OK: true, Me: &me{got.ClientId, got.OrganisationUuid.String(), got.Label, got.AllOrganisations}}, nil
	}
	if answer.StatusCode() == http.StatusOK { // no JSON: that is not an error to the generated code
		return &outcome{Stage: "api"}, nil
	}
	failed := &outcome{Stage: "api", Status: answer.StatusCode()}
	switch { // set by the status, whatever the body
	case answer.Headers401 != nil:
		failed.Detail = answer.Headers401.WWWAuthenticate
	case answer.Headers429 != nil:
		failed.Detail = answer.Headers429.RetryAfter
	case answer.Headers503 != nil:
		failed.Detail = answer.Headers503.RetryAfter
	}
	return failed, nil
}

func requestToken(ctx context.Context, doer persium.ClientOption) (string, *outcome, error) {
	tokenURL, err := url.Parse(os.Getenv("TOKEN_URL"))
	if err != nil {
		return "", nil, err
	}
	// A client of its own for the token: whatever address it makes up, its requests go to TOKEN_URL.
	client, err := persium.NewClientWithResponses(tokenURL.String(), doer, sendTo(tokenURL))
	if err != nil {
		return "", nil, err
	}
	answer, err := client.RequestTokenWithFormdataBodyWithResponse(ctx, persium.TokenRequest{
		GrantType:    persium.ClientCredentials,
		ClientId:     os.Getenv("CLIENT_ID"),
		ClientSecret: os.Getenv("CLIENT_SECRET"),
	})
	if err != nil {
		return "", nil, err
	}
	switch {
	case answer.JSON200 != nil:
		return answer.JSON200.AccessToken, nil, nil
	case answer.JSON401 != nil:
		return "", &outcome{Stage: "token", Status: 401, Detail: &answer.JSON401.Error}, nil
	case answer.JSON400 != nil:
		return "", &outcome{Stage: "token", Status: 400, Detail: &answer.JSON400.Error}, nil
	}
	return "", &outcome{Stage: "token", Status: answer.StatusCode()}, nil
}

func sendTo(address *url.URL) persium.ClientOption {
	return persium.WithRequestEditorFn(func(_ context.Context, request *http.Request) error {
		request.URL, request.Host = address, address.Host
		return nil
	})
}

func bearer(token string) persium.RequestEditorFn {
	return func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+token)
		return nil
	}
}

func refuse(*http.Request, []*http.Request) error {
	return errors.New("redirects are not followed: the token would go along")
}
