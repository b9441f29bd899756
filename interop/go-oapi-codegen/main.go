// Program calls GET /me: the smallest client that uses the generated code.
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
	result, err := getMe(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		log.Fatal(err)
	}
}

func getMe(ctx context.Context) (*outcome, error) {
	doer := persium.WithHTTPClient(&http.Client{CheckRedirect: rejectRedirect})
	token, failed, err := requestToken(ctx, doer)
	if err != nil || failed != nil {
		return failed, err
	}
	api, err := persium.NewClientWithResponses(os.Getenv("API_BASE_URL"), doer)
	if err != nil {
		return nil, err
	}
	response, err := api.GetMeWithResponse(ctx, bearer(token))
	if err != nil { // no response, or not as in openapi.yaml
		return &outcome{Stage: "api"}, nil
	}
	if got := response.JSON200; got != nil {
		return &outcome{OK: true, Me: &me{got.ClientId, got.OrganisationUuid.String(), got.Label, got.AllOrganisations}}, nil
	}
	if response.StatusCode() == http.StatusOK { // no JSON, which the generated code does not report as an error
		return &outcome{Stage: "api"}, nil
	}
	failure := &outcome{Stage: "api", Status: response.StatusCode()}
	switch { // depends on the status, not on the body
	case response.Headers401 != nil:
		failure.Detail = response.Headers401.WWWAuthenticate
	case response.Headers429 != nil:
		failure.Detail = response.Headers429.RetryAfter
	case response.Headers503 != nil:
		failure.Detail = response.Headers503.RetryAfter
	}
	return failure, nil
}

func requestToken(ctx context.Context, doer persium.ClientOption) (string, *outcome, error) {
	tokenURL, err := url.Parse(os.Getenv("TOKEN_URL"))
	if err != nil {
		return "", nil, err
	}
	// A separate client for the token endpoint, which sends every request to TOKEN_URL.
	client, err := persium.NewClientWithResponses(tokenURL.String(), doer, sendTo(tokenURL))
	if err != nil {
		return "", nil, err
	}
	response, err := client.RequestTokenWithFormdataBodyWithResponse(ctx, persium.TokenRequest{
		GrantType:    persium.ClientCredentials,
		ClientId:     os.Getenv("CLIENT_ID"),
		ClientSecret: os.Getenv("CLIENT_SECRET"),
	})
	if err != nil {
		return "", nil, err
	}
	switch {
	case response.JSON200 != nil:
		return response.JSON200.AccessToken, nil, nil
	case response.JSON401 != nil:
		return "", &outcome{Stage: "token", Status: 401, Detail: &response.JSON401.Error}, nil
	case response.JSON400 != nil:
		return "", &outcome{Stage: "token", Status: 400, Detail: &response.JSON400.Error}, nil
	}
	return "", &outcome{Stage: "token", Status: response.StatusCode()}, nil
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

func rejectRedirect(*http.Request, []*http.Request) error {
	return errors.New("redirects are not followed, because the token would be sent to the target")
}
