package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"time"
	"unicode/utf8"
)

// Webhooks answers Gladly: nothing is accepted before it is on disk, and nobody is called meanwhile.
type Webhooks struct {
	user, password string
	journal        *Journal
	heard          func()
}

func (h Webhooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Read before all else, so that a stranger gets the same answer whatever he says.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 8<<20))
	switch user, password, _ := r.BasicAuth(); {
	case r.URL.Path != "/webhooks/gladly":
		w.WriteHeader(http.StatusNotFound)
	case !same(user, h.user) || !same(password, h.password):
		w.Header().Set("WWW-Authenticate", `Basic realm="webhooks"`)
		w.WriteHeader(http.StatusUnauthorized)
	case r.Method != http.MethodPost:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case err != nil || !utf8.Valid(body):
		w.WriteHeader(http.StatusBadRequest)
	default:
		w.WriteHeader(h.take(body))
	}
}

func same(given, right string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(right))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

func (h Webhooks) take(body []byte) int {
	said := object(body) // by exact names: a struct would take "Type" for "type"
	kind := text(said["type"])
	if kind == "" {
		return http.StatusBadRequest
	}
	if kind != "CONVERSATION/CREATED" && kind != "CONVERSATION/CLOSED" {
		return http.StatusOK
	}
	id, customer := text(said["id"]), text(object(said["content"])["customerId"])
	moment, err := time.Parse(time.RFC3339, text(said["timestamp"]))
	if id == "" || customer == "" || err != nil || moment.Year() < 1970 || moment.Year() > 9000 {
		return http.StatusBadRequest
	}
	if h.journal.knows(id) {
		return http.StatusOK
	}
	created := kind == "CONVERSATION/CREATED"
	record := Record{Kind: "heard", ID: id, Created: created, Time: moment.UTC(), Customer: customer, At: time.Now()}
	if h.journal.Write(record) != nil {
		return http.StatusServiceUnavailable
	}
	h.heard()
	return http.StatusOK
}

func object(raw json.RawMessage) (fields map[string]json.RawMessage) {
	if json.Unmarshal(raw, &fields) != nil {
		return nil
	}
	return fields
}

func text(raw json.RawMessage) (value string) {
	if json.Unmarshal(raw, &value) != nil {
		return ""
	}
	return value
}
