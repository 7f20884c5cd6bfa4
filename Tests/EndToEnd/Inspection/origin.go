// The origin of the inspection tests: HTTP/1.1 and HTTP/2 over TLS, and what reflects a credential in every way.
//
// origin FOLDER ADDRESS: serves on ADDRESS:443 with FOLDER/origin.pem and FOLDER/origin-key.pem, on ADDRESS:80 without
// TLS, and on 8441, 8442 and 8443 with certificates that are wrong. What it was sent goes to FOLDER/received, a line a
// request.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
)

var folder = os.Args[1]
var lock sync.Mutex

func record(r *http.Request) {
	headers := map[string][]string{}
	for name, values := range r.Header {
		headers[strings.ToLower(name)] = values
	}
	line, _ := json.Marshal(map[string]any{
		"protocol": r.Proto, "method": r.Method, "target": r.RequestURI, "host": r.Host, "headers": headers,
	})
	lock.Lock()
	defer lock.Unlock()
	file, err := os.OpenFile(folder+"/received", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	file.Write(append(line, '\n'))
}

// The secret as a server knows it: what stands behind the scheme of `Authorization`.
func secret(r *http.Request) string {
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	words := strings.SplitN(r.Header.Get("Authorization"), " ", 2)
	return words[len(words)-1]
}

func escaped(text, format string) string {
	result := ""
	for _, letter := range []byte(text) {
		result += fmt.Sprintf(format, letter)
	}
	return result
}

func reflected(r *http.Request) string {
	text := secret(r)
	switch r.URL.Query().Get("as") {
	case "base64":
		return base64.StdEncoding.EncodeToString([]byte(text))
	case "base64url":
		return base64.RawURLEncoding.EncodeToString([]byte(text))
	case "base64after1":
		return base64.StdEncoding.EncodeToString([]byte("x" + text + "y"))
	case "base64after2":
		return base64.StdEncoding.EncodeToString([]byte("xx" + text + "yy"))
	case "hex":
		return hex.EncodeToString([]byte(text))
	case "HEX":
		return strings.ToUpper(hex.EncodeToString([]byte(text)))
	case "url":
		return url.QueryEscape(text)
	case "percent":
		return escaped(text, "%%%02x")
	case "json":
		line, _ := json.Marshal(map[string]string{"token": text})
		return string(line)
	case "unicode":
		return escaped(text, "\\u%04X")
	case "html":
		return escaped(text, "&#%d;")
	case "capitals":
		return strings.ToUpper(text)
	case "cut":
		return text[:len(text)*3/4]
	}
	return text
}

func reflect(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	body := "before " + reflected(r) + " after\n"
	switch query.Get("in") {
	case "header":
		w.Header().Set("X-Token", reflected(r))
		body = "see the header\n"
	case "trailer":
		w.Header().Set("Trailer", "X-Token")
		defer func() { w.Header().Set("X-Token", reflected(r)) }()
		body = "see the trailer\n"
	case "gzip":
		var packed bytes.Buffer
		writer := gzip.NewWriter(&packed)
		io.WriteString(writer, body)
		writer.Close()
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(packed.Bytes())
		return
	case "length":
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	step, _ := strconv.Atoi(query.Get("step"))
	if step == 0 {
		step = len(body)
	}
	for len(body) > 0 {
		count := step
		if count > len(body) {
			count = len(body)
		}
		io.WriteString(w, body[:count])
		w.(http.Flusher).Flush()
		body = body[count:]
	}
}

func main() {
	files := http.FileServer(http.Dir(folder + "/www"))
	mux := http.NewServeMux()
	mux.HandleFunc("/reflect", reflect)
	mux.HandleFunc("/upload", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%d bytes %v\n", len(body), err)
	})
	mux.HandleFunc("/redirect", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://origin.example/secret", http.StatusFound)
	})
	mux.HandleFunc("/zeros", func(w http.ResponseWriter, r *http.Request) {
		count, _ := strconv.Atoi(r.URL.Query().Get("count"))
		io.CopyN(w, zeros{}, int64(count))
	})
	mux.Handle("/repo.git/", files)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "hello %s %s\n", r.Method, r.URL.Path)
	})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		record(r)
		mux.ServeHTTP(w, r)
	})
	serve := func(port, name string) {
		pair, err := tls.LoadX509KeyPair(folder+"/"+name+".pem", folder+"/"+name+"-key.pem")
		if err != nil {
			panic(err)
		}
		server := &http.Server{
			Addr: os.Args[2] + ":" + port, Handler: handler,
			TLSConfig: &tls.Config{Certificates: []tls.Certificate{pair}},
		}
		panic(server.ListenAndServeTLS("", ""))
	}
	go serve("443", "origin")
	go serve("8441", "stranger")
	go serve("8442", "other")
	go serve("8443", "expired")
	go func() { panic(http.ListenAndServe(os.Args[2]+":80", handler)) }()
	os.WriteFile(folder+"/origin-ready", nil, 0o666)
	select {}
}

type zeros struct{}

func (zeros) Read(bytes []byte) (int, error) {
	for i := range bytes {
		bytes[i] = 0
	}
	return len(bytes), nil
}
