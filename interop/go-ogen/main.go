// Program calls GET /me: the smallest client that uses the generated code.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"

	"github.com/ogen-go/ogen/validate"

	"persium.example/interop/persium"
)

type outcome struct {
	OK     bool   `json:"ok"`
	Me     *me    `json:"me,omitempty"`
	Stage  string `json:"stage,omitempty"`
	Status int    `json:"status,omitempty"`
	Detail string `json:"detail,omitempty"`
}

type me struct {
	ClientID         string `json:"client_id"`
	OrganisationUUID string `json:"organisation_uuid"`
	Label            string `json:"label"`
	AllOrganisations bool   `json:"all_organisations"`
}

// bearer is the token, as ogen's SecuritySource.
type bearer string

func (token bearer) OAuth2(context.Context, persium.OperationName) (persium.OAuth2, error) {
	return persium.OAuth2{Token: string(token)}, nil
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
	client := &http.Client{CheckRedirect: rejectRedirect}
	token, failed, err := requestToken(client)
	if err != nil || failed != nil {
		return failed, err
	}
	api, err := persium.NewClient(os.Getenv("API_BASE_URL"), token, persium.WithClient(client))
	if err != nil {
		return nil, err
	}
	response, err := api.GetMe(ctx)
	// A status that openapi.yaml does not define is an error; the others are responses.
	if unexpected, is := errors.AsType[*validate.UnexpectedStatusCodeError](err); is {
		return &outcome{Stage: "api", Status: unexpected.StatusCode}, nil
	}
	if err != nil { // no response, or not as in openapi.yaml
		return &outcome{Stage: "api"}, nil
	}
	switch got := response.(type) {
	case *persium.Me:
		return &outcome{OK: true, Me: &me{got.ClientID, got.OrganisationUUID.String(), got.Label, got.AllOrganisations}}, nil
	case *persium.Unauthorized:
		return &outcome{Stage: "api", Status: 401, Detail: got.WWWAuthenticate.Or("")}, nil
	case *persium.TooManyRequests:
		return &outcome{Stage: "api", Status: 429, Detail: got.RetryAfter.Or("")}, nil
	case *persium.Unavailable:
		return &outcome{Stage: "api", Status: 503, Detail: got.RetryAfter.Or("")}, nil
	}
	return nil, fmt.Errorf("a response of type %T", response)
}

func requestToken(client *http.Client) (bearer, *outcome, error) {
	response, err := client.PostForm(os.Getenv("TOKEN_URL"), url.Values{
		"grant_type":    {"client_credentials"},
		"client_id":     {os.Getenv("CLIENT_ID")},
		"client_secret": {os.Getenv("CLIENT_SECRET")},
	})
	if err != nil {
		return "", nil, err
	}
	defer response.Body.Close()
	var body struct {
		AccessToken string `json:"access_token"`
		Error       string `json:"error"`
	}
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		return "", nil, err
	}
	if response.StatusCode != http.StatusOK {
		return "", &outcome{Stage: "token", Status: response.StatusCode, Detail: body.Error}, nil
	}
	return bearer(body.AccessToken), nil, nil
}

func rejectRedirect(*http.Request, []*http.Request) error {
	return errors.New("redirects are not followed, because the token would be sent to the target")
}
