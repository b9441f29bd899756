// Command subject is golang.org/x/oauth2/clientcredentials, judged.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

type line map[string]any

var writing sync.Mutex

func say(l line) {
	writing.Lock()
	defer writing.Unlock()
	_ = json.NewEncoder(os.Stdout).Encode(l)
}

func connect() *http.Client {
	config := clientcredentials.Config{
		ClientID:     os.Getenv("CLIENT_ID"),
		ClientSecret: os.Getenv("CLIENT_SECRET"),
		TokenURL:     os.Getenv("TOKEN_URL"),
		AuthStyle:    oauth2.AuthStyleInParams,
	}
	return config.Client(context.Background())
}

func failed(id int, err error) line {
	var refused *oauth2.RetrieveError
	l := line{"id": id, "ok": false, "stage": "api", "status": nil, "message": err.Error()}
	if errors.As(err, &refused) {
		l["stage"], l["status"] = "token", refused.Response.StatusCode
	} else if strings.Contains(err.Error(), "oauth2: ") || strings.Contains(err.Error(), os.Getenv("TOKEN_URL")) {
		l["stage"] = "token"
	}
	return l
}

func call(client *http.Client, id int) line {
	answer, err := client.Get(strings.TrimRight(os.Getenv("API_BASE_URL"), "/") + "/me")
	if err != nil {
		return failed(id, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return failed(id, err)
	}
	if answer.StatusCode != http.StatusOK {
		message := fmt.Sprintf("HTTP %d", answer.StatusCode)
		return line{"id": id, "ok": false, "stage": "api", "status": answer.StatusCode, "message": message}
	}
	var body any
	if err := json.Unmarshal(text, &body); err != nil {
		return failed(id, err)
	}
	return line{"id": id, "ok": true, "status": 200, "body": body}
}

func main() {
	shared := connect()
	var calls sync.WaitGroup
	defer calls.Wait()
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		asked := struct {
			Command, Client string
			ID, Times       int
		}{Times: 1}
		if err := json.Unmarshal(input.Bytes(), &asked); err != nil || asked.Command == "quit" {
			return
		}
		if asked.Command != "call" {
			say(line{"unsupported": asked.Command})
			continue
		}
		client := shared
		if asked.Client == "new" {
			client = connect()
		}
		for range asked.Times {
			calls.Go(func() { say(call(client, asked.ID)) })
		}
	}
}
