// A Go program as its author wrote it, which knows nothing of agentbox: client URL.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
)

func main() {
	answer, err := http.Get(os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	body, _ := io.ReadAll(answer.Body)
	fmt.Printf("%d %s %s", answer.StatusCode, answer.Proto, body)
	if answer.StatusCode != 200 {
		os.Exit(2)
	}
}
