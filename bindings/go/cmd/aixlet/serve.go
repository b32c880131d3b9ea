package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"aixlet"
)

const mostRequest = 1 << 20

// serve answers over HTTP until it is interrupted; runs that are under way are given ten seconds to end.
func serve(ctx context.Context, s *settings, out io.Writer) error {
	engine, err := load(s)
	if err != nil {
		return err
	}
	defer engine.Close()
	listener, err := net.Listen("tcp", s.address)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s at http://%s\n", s.file, listener.Addr())
	server := &http.Server{Handler: handler(engine), ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return server.Shutdown(patience)
}

func handler(engine *aixlet.Engine) http.Handler {
	mux := http.NewServeMux()
	healthy := func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	}
	mux.HandleFunc("GET /health", healthy)
	mux.HandleFunc("GET /ready", healthy)
	mux.HandleFunc("POST /run", func(w http.ResponseWriter, r *http.Request) {
		var asked struct{ Input, Session, User string }
		body := http.MaxBytesReader(w, r.Body, mostRequest)
		if err := json.NewDecoder(body).Decode(&asked); err != nil {
			answer(w, http.StatusBadRequest, map[string]string{"error": `send {"input": "…"}: ` + err.Error()})
			return
		}
		result, err := engine.Run(r.Context(), asked.Input, aixlet.RunOptions{Session: asked.Session, User: asked.User})
		switch {
		case result != nil:
			status := http.StatusOK
			if errors.Is(err, aixlet.RunFailed) {
				status = http.StatusUnprocessableEntity
			}
			answer(w, status, result)
		case errors.Is(err, aixlet.EventRefused), errors.Is(err, aixlet.BadUsage):
			answer(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		default:
			answer(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		}
	})
	return mux
}

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = print(w, value)
}
