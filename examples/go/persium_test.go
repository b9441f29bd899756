package persium

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// If the context of one caller ends, the other callers still get the requested token.
func TestEndOfOneContextDoesNotAffectOthers(t *testing.T) {
	var tokens atomic.Int32
	requested, respond := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			tokens.Add(1)
			close(requested)
			<-respond
			_, _ = io.WriteString(w, `{"access_token": "t", "expires_in": 300, "token_type": "Bearer"}`)
			return
		}
		_, _ = io.WriteString(w, `{"client_id": "c", "organisation_uuid": "o", "label": "l", "all_organisations": false}`)
	}))
	defer server.Close()
	client, err := New(Settings{server.URL + "/token", server.URL, "c", "s"})
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	first := make(chan error)
	go func() { _, err := client.Me(short); first <- err }()
	<-requested
	second := make(chan error)
	go func() { _, err := client.Me(context.Background()); second <- err }()

	if err := <-first; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the caller whose context ended got %v", err)
	}
	close(respond)
	if err := <-second; err != nil {
		t.Errorf("the other caller got %v", err)
	}
	if tokens.Load() != 1 {
		t.Errorf("there were %d token requests", tokens.Load())
	}
}
