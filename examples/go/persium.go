// Package persium calls the Persium API and keeps its token policy (TP-1 to TP-10 in openapi.yaml).
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
	margin    = 30 * time.Second // TP-2
	maxAnswer = 1 << 20
)

// Redirects are answers, never followed: neither secret nor token goes elsewhere (TP-9).
var web = &http.Client{
	Timeout:       30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Secret is text that no log, error or JSON shows.
type Secret string

func (Secret) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, "***") }
func (Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }

// Settings are what Persium gave you.
type Settings struct {
	TokenURL, APIBaseURL, ClientID string
	ClientSecret                   Secret
}

// Error says what failed. Nothing was tried again after a 429 or 503: RetryAfter is the server's
// header, as it came, for whoever wants to (TP-8).
type Error struct {
	Stage      string // "token" or "api"
	Status     int    // 0: there was no usable answer
	RetryAfter string
	Message    string
	cause      error
}

func (e *Error) Error() string { return "persium: " + e.Message }
func (e *Error) Unwrap() error { return e.cause }

// Client calls the API. Goroutines may share it; clients with the same credentials share a token (TP-1).
type Client struct {
	baseURL string
	tokens  *tokenSource
}

// New makes a client. It is cheap, and sends nothing.
func New(s Settings) (*Client, error) {
	if s.TokenURL == "" || s.APIBaseURL == "" || s.ClientID == "" || s.ClientSecret == "" {
		return nil, errors.New("persium: each setting is needed")
	}
	return &Client{strings.TrimRight(s.APIBaseURL, "/"), sourceFor(s)}, nil
}

// Me says who is calling.
func (c *Client) Me(ctx context.Context) (me Me, err error) {
	return me, c.get(ctx, "/me", &me)
}

// get calls once, and once more with a new token after a 401 (TP-5, TP-6).
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
		answer, body, err := send(request, "api", token.value)
		if err != nil {
			return err
		}
		if answer.StatusCode == http.StatusOK {
			if err := json.Unmarshal(body, into); err != nil {
				return &Error{Stage: "api", Status: 200, Message: path + " answered what openapi.yaml does not describe"}
			}
			return nil
		}
		failure := refusal("api", answer, fmt.Sprintf("%s answered %d", path, answer.StatusCode))
		if answer.StatusCode != http.StatusUnauthorized {
			return failure
		}
		c.tokens.forget(token)
		challenge := answer.Header.Get("WWW-Authenticate")
		challenges = append(challenges, strings.ReplaceAll(challenge, token.value, "***"))
		if len(challenges) == 2 {
			failure.Message += fmt.Sprintf(" twice, with a new token too: %q", challenges)
			return failure
		}
	}
}

// token is opaque (TP-10): its life comes from expires_in and from when it was asked for.
type token struct {
	value string
	sent  time.Time
	life  time.Duration
}

// usable by both clocks: the steady one stands still while a machine sleeps, the other may be set.
func (t *token) usable() bool {
	if t == nil {
		return false
	}
	now := time.Now()
	age := max(now.Sub(t.sent), now.Round(0).Sub(t.sent.Round(0)))
	return t.life-age >= margin
}

// tokenSource keeps one token, and asks for one at a time (TP-4).
type tokenSource struct {
	settings Settings
	warn     sync.Once
	mu       sync.Mutex // guards what follows; never held during a request
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
	if kept := s.current; kept.usable() {
		s.mu.Unlock()
		return kept, nil
	}
	f := s.flight
	if f == nil {
		f = &flight{done: make(chan struct{})}
		s.flight = f
		go s.fly(f) // on its own: a caller that gives up must not fail the others
	}
	s.mu.Unlock()
	select {
	case <-f.done:
		return f.token, f.err
	case <-ctx.Done():
		return nil, &Error{Stage: "token", Message: "gave up waiting for a token", cause: ctx.Err()}
	}
}

func (s *tokenSource) fly(f *flight) {
	f.token, f.err = s.request()
	s.mu.Lock()
	if f.token.usable() {
		s.current = f.token
	}
	s.flight = nil
	s.mu.Unlock()
	close(f.done)
}

// forget drops refused, unless a newer token has taken its place (TP-5).
func (s *tokenSource) forget(refused *token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == refused {
		s.current = nil
	}
}

var (
	sendable  = regexp.MustCompile(`^[\x21-\x7e]+$`)
	errorCode = regexp.MustCompile(`^[a-z_]{1,40}$`)
)

// request asks once: a refusal is final (TP-7).
func (s *tokenSource) request() (*token, error) {
	form := url.Values{
		"grant_type":    {"client_credentials"},
		"client_id":     {s.settings.ClientID},
		"client_secret": {string(s.settings.ClientSecret)},
	}
	request, err := http.NewRequest(http.MethodPost, s.settings.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, &Error{Stage: "token", Message: "TOKEN_URL is no address"}
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	sent := time.Now()
	answer, body, err := send(request, "token", string(s.settings.ClientSecret))
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		var told TokenErrorResponse
		code := ""
		if json.Unmarshal(body, &told) == nil && errorCode.MatchString(told.Error) {
			code = ": " + told.Error
		}
		return nil, refusal("token", answer, fmt.Sprintf("the token endpoint answered %d%s", answer.StatusCode, code))
	}
	var got TokenResponse
	err = json.Unmarshal(body, &got)
	if err != nil || !sendable.MatchString(got.AccessToken) || !strings.EqualFold(got.TokenType, "Bearer") {
		return nil, &Error{Stage: "token", Message: "the token endpoint answered 200, but no usable token"}
	}
	issued := &token{got.AccessToken, sent, time.Duration(got.ExpiresIn) * time.Second}
	if !issued.usable() {
		s.warn.Do(func() {
			slog.Warn("persium: tokens live less than 30 s, so every call costs one", "expires_in", got.ExpiresIn)
		})
	}
	return issued, nil
}

// send reads the whole answer. What a server wrote may stand in an error's text, so hidden is masked there.
func send(request *http.Request, stage, hidden string) (*http.Response, []byte, error) {
	answer, err := web.Do(request)
	if err != nil {
		masked := strings.NewReplacer(hidden, "***", url.QueryEscape(hidden), "***").Replace(err.Error())
		return nil, nil, &Error{Stage: stage, Message: masked, cause: request.Context().Err()}
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err != nil || len(body) > maxAnswer {
		return nil, nil, &Error{Stage: stage, Message: "the answer broke off, or is too long", cause: request.Context().Err()}
	}
	return answer, body, nil
}

func refusal(stage string, answer *http.Response, message string) *Error {
	return &Error{Stage: stage, Status: answer.StatusCode, RetryAfter: answer.Header.Get("Retry-After"), Message: message}
}
