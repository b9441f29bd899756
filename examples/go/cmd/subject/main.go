// Command subject connects persium.go to the conformance suite: see conformance/README.md.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"log"
	"os"
	"sync"

	"example.com/persium"
)

type command struct {
	Command string `json:"command"`
	ID      int    `json:"id"`
	Times   int    `json:"times"`
	Client  string `json:"client"`
}

var (
	lines   = json.NewEncoder(os.Stdout)
	writing sync.Mutex
)

func write(line map[string]any) {
	writing.Lock()
	defer writing.Unlock()
	if err := lines.Encode(line); err != nil {
		log.Fatal(err)
	}
}

func client() *persium.Client {
	settings := persium.Settings{
		TokenURL:     os.Getenv("TOKEN_URL"),
		APIBaseURL:   os.Getenv("API_BASE_URL"),
		ClientID:     os.Getenv("CLIENT_ID"),
		ClientSecret: persium.Secret(os.Getenv("CLIENT_SECRET")),
	}
	made, err := persium.New(settings)
	log.Printf("%+v %#v %x, %+v %#v", settings, settings, settings, made, made) // the suite searches the log for the secret
	if err != nil {
		log.Fatal(err)
	}
	return made
}

func call(client *persium.Client, id int) {
	me, err := client.Me(context.Background())
	var failed *persium.Error
	switch {
	case err == nil:
		write(map[string]any{"id": id, "ok": true, "status": 200, "body": me})
	case errors.As(err, &failed):
		line := map[string]any{"id": id, "ok": false, "stage": failed.Stage, "status": nil, "message": err.Error()}
		if failed.Status != 0 {
			line["status"] = failed.Status
		}
		write(line)
	default:
		log.Fatal(err)
	}
}

func main() {
	shared := client()
	var calls sync.WaitGroup
	defer calls.Wait()
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		received := command{Times: 1}
		if err := json.Unmarshal(input.Bytes(), &received); err != nil {
			log.Fatal(err)
		}
		switch received.Command {
		case "call":
			caller := shared
			if received.Client == "new" {
				caller = client()
			}
			for range received.Times {
				calls.Go(func() { call(caller, received.ID) })
			}
		case "quit":
			return
		default:
			write(map[string]any{"unsupported": received.Command})
		}
	}
}
