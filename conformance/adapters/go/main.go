// Command subject runs golang.org/x/oauth2/clientcredentials in the conformance suite.
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

func write(l line) {
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
	var retrieval *oauth2.RetrieveError
	l := line{"id": id, "ok": false, "stage": "api", "status": nil, "message": err.Error()}
	if errors.As(err, &retrieval) {
		l["stage"], l["status"] = "token", retrieval.Response.StatusCode
	} else if strings.Contains(err.Error(), "oauth2: ") || strings.Contains(err.Error(), os.Getenv("TOKEN_URL")) {
		l["stage"] = "token"
	}
	return l
}

func call(client *http.Client, id int) line {
	response, err := client.Get(strings.TrimRight(os.Getenv("API_BASE_URL"), "/") + "/me")
	if err != nil {
		return failed(id, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return failed(id, err)
	}
	if response.StatusCode != http.StatusOK {
		message := fmt.Sprintf("HTTP %d", response.StatusCode)
		return line{"id": id, "ok": false, "stage": "api", "status": response.StatusCode, "message": message}
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
		command := struct {
			Command, Client string
			ID, Times       int
		}{Times: 1}
		if err := json.Unmarshal(input.Bytes(), &command); err != nil || command.Command == "quit" {
			return
		}
		if command.Command != "call" {
			write(line{"unsupported": command.Command})
			continue
		}
		client := shared
		if command.Client == "new" {
			client = connect()
		}
		for range command.Times {
			calls.Go(func() { write(call(client, command.ID)) })
		}
	}
}
