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

// A caller whose context ends gives up alone: the others get the token that was asked for.
func TestImpatientCallerFailsAlone(t *testing.T) {
	var tokens atomic.Int32
	asked, answer := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			tokens.Add(1)
			close(asked)
			<-answer
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
	impatient, giveUp := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer giveUp()
	first := make(chan error)
	go func() { _, err := client.Me(impatient); first <- err }()
	<-asked
	second := make(chan error)
	go func() { _, err := client.Me(context.Background()); second <- err }()

	if err := <-first; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the impatient caller got %v", err)
	}
	close(answer)
	if err := <-second; err != nil {
		t.Errorf("the patient caller got %v", err)
	}
	if tokens.Load() != 1 {
		t.Errorf("there were %d token requests", tokens.Load())
	}
}
