// Package persium calls the Persium API and complies with its token policy (TP-1 to TP-10 in openapi.yaml).
// To use it, copy this file and types.gen.go into a service.
package persium

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

//go:generate go tool -modfile=tools.mod oapi-codegen -config types.yaml ../../openapi.yaml

const (
	margin  = 30 * time.Second // TP-2
	maxBody = 1 << 20
)

// Redirects are not followed, so that secret and token are not sent to another origin (TP-9).
var web = &http.Client{
	Timeout:       30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Secret is masked in logs, errors and JSON.
type Secret string

func (Secret) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, "***") }
func (Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }

// Settings are the four values that Persium provides.
type Settings struct {
	TokenURL, APIBaseURL, ClientID string
	ClientSecret                   Secret
}

// Error describes a failed call. There is no retry after a 429 or 503: RetryAfter is the server's
// header field, unchanged, with which the caller can retry (TP-8).
type Error struct {
	Stage      string // "token" or "api"
	Status     int    // 0: no usable response
	RetryAfter string
	Message    string
	cause      error
}

func (e *Error) Error() string { return "persium: " + e.Message }
func (e *Error) Unwrap() error { return e.cause }

// Client calls the API. Goroutines may share it, and clients with the same credentials share a token (TP-1).
type Client struct {
	baseURL string
	tokens  *tokenSource
}

// New makes a client. It is cheap and sends no request.
func New(s Settings) (*Client, error) {
	if s.TokenURL == "" || s.APIBaseURL == "" || s.ClientID == "" || s.ClientSecret == "" {
		return nil, errors.New("persium: all four settings are required")
	}
	return &Client{strings.TrimRight(s.APIBaseURL, "/"), sourceFor(s)}, nil
}

// Me returns the calling client.
func (c *Client) Me(ctx context.Context) (me Me, err error) {
	return me, c.get(ctx, "/me", &me)
}

// get sends a request, and repeats it once with a new token after a 401 (TP-5, TP-6).
func (c *Client) get(ctx context.Context, path string, into any) error {
	var challenges []string
	for {
		token, err := c.tokens.get(ctx)
		if err != nil {
			return err
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.baseURL+path, nil)
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "Bearer "+token.value)
		response, body, err := send(request, "api", token.value)
		if err != nil {
			return err
		}
		if response.StatusCode == http.StatusOK {
			if err := json.Unmarshal(body, into); err != nil {
				return &Error{Stage: "api", Status: 200, Message: path + ": the response does not match openapi.yaml"}
			}
			return nil
		}
		failed := failure("api", response, fmt.Sprintf("%s: HTTP %d", path, response.StatusCode))
		if response.StatusCode != http.StatusUnauthorized {
			return failed
		}
		c.tokens.invalidate(token)
		challenge := response.Header.Get("WWW-Authenticate")
		challenges = append(challenges, strings.ReplaceAll(challenge, token.value, "***"))
		if len(challenges) == 2 {
			failed.Message += fmt.Sprintf(", also with a new token: %q", challenges)
			return failed
		}
	}
}

// token is opaque (TP-10): its expiry follows from expires_in and the time of the request.
type token struct {
	value    string
	sent     time.Time
	lifetime time.Duration
}

// isFresh uses two clocks: the monotonic one may stop while a machine sleeps, and the other may be set.
func (t *token) isFresh() bool {
	if t == nil {
		return false
	}
	now := time.Now()
	age := max(now.Sub(t.sent), now.Round(0).Sub(t.sent.Round(0)))
	return t.lifetime-age >= margin
}

// tokenSource caches one token, and sends one token request at a time (TP-4).
type tokenSource struct {
	settings Settings
	warn     sync.Once
	mu       sync.Mutex // guards current and flight; not locked during a request
	current  *token
	flight   *flight
}

type flight struct {
	done  chan struct{}
	token *token
	err   error
}

var sources sync.Map // by credentials, for the whole process (TP-1)

func sourceFor(s Settings) *tokenSource {
	s.APIBaseURL = ""
	found, _ := sources.LoadOrStore(s, &tokenSource{settings: s})
	return found.(*tokenSource)
}

func (s *tokenSource) get(ctx context.Context) (*token, error) {
	s.mu.Lock()
	if cached := s.current; cached.isFresh() {
		s.mu.Unlock()
		return cached, nil
	}
	f := s.flight
	if f == nil {
		f = &flight{done: make(chan struct{})}
		s.flight = f
		go s.run(f) // in a goroutine: a caller whose context ends must not affect the others
	}
	s.mu.Unlock()
	select {
	case <-f.done:
		return f.token, f.err
	case <-ctx.Done():
		return nil, &Error{Stage: "token", Message: "context ended while waiting for a token", cause: ctx.Err()}
	}
}

func (s *tokenSource) run(f *flight) {
	f.token, f.err = s.request()
	s.mu.Lock()
	if f.token.isFresh() {
		s.current = f.token
	}
	s.flight = nil
	s.mu.Unlock()
	close(f.done)
}

// invalidate drops a rejected token, unless a newer one is cached (TP-5).
func (s *tokenSource) invalidate(rejected *token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == rejected {
		s.current = nil
	}
}

var (
	sendable  = regexp.MustCompile(`^[\x21-\x7e]+$`)
	errorCode = regexp.MustCompile(`^[a-z_]{1,40}$`)
)

// request sends one token request: a 400 or 401 is final (TP-7).
func (s *tokenSource) request() (*token, error) {
	form := url.Values{
		"grant_type":    {"client_credentials"},
		"client_id":     {s.settings.ClientID},
		"client_secret": {string(s.settings.ClientSecret)},
	}
	request, err := http.NewRequest(http.MethodPost, s.settings.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, &Error{Stage: "token", Message: "TOKEN_URL is not a valid URL"}
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	sent := time.Now()
	response, body, err := send(request, "token", string(s.settings.ClientSecret))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		var oauth TokenErrorResponse
		code := ""
		if json.Unmarshal(body, &oauth) == nil && errorCode.MatchString(oauth.Error) {
			code = ": " + oauth.Error
		}
		return nil, failure("token", response, fmt.Sprintf("token endpoint: HTTP %d%s", response.StatusCode, code))
	}
	var parsed TokenResponse
	err = json.Unmarshal(body, &parsed)
	if err != nil || !sendable.MatchString(parsed.AccessToken) || !strings.EqualFold(parsed.TokenType, "Bearer") {
		return nil, &Error{Stage: "token", Message: "token endpoint: no usable token in the response"}
	}
	issued := &token{parsed.AccessToken, sent, time.Duration(parsed.ExpiresIn) * time.Second}
	if !issued.isFresh() {
		s.warn.Do(func() {
			slog.Warn("persium: token lifetime is below 30 s, every call requests a token", "expires_in", parsed.ExpiresIn)
		})
	}
	return issued, nil
}

// send returns the complete response. An error's text may quote the server, so secret is masked there.
func send(request *http.Request, stage, secret string) (*http.Response, []byte, error) {
	response, err := web.Do(request)
	if err != nil {
		masked := strings.NewReplacer(secret, "***", url.QueryEscape(secret), "***").Replace(err.Error())
		return nil, nil, &Error{Stage: stage, Message: masked, cause: request.Context().Err()}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil || len(body) > maxBody {
		return nil, nil, &Error{Stage: stage, Message: "the response is incomplete or too long", cause: request.Context().Err()}
	}
	return response, body, nil
}

func failure(stage string, response *http.Response, message string) *Error {
	return &Error{Stage: stage, Status: response.StatusCode, RetryAfter: response.Header.Get("Retry-After"), Message: message}
}
