package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Verdict is what an answer means for the job and for those after it.
type Verdict int

const (
	trouble Verdict = iota // try again: nobody's fault
	done
	never   // the job is at fault
	refused // the key is at fault
	wait    // so we were asked
)

// The whole call, body included. Redirects are answers: credentials go to no other host.
var client = &http.Client{
	Timeout:       8 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Answer is a status with as much of a body as matters. Whole is false when it broke off.
type Answer struct {
	status int
	header http.Header
	body   []byte
	whole  bool
}

func call(request *http.Request) Answer {
	response, err := client.Do(request)
	if err != nil {
		return Answer{}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 4<<20))
	return Answer{response.StatusCode, response.Header, bytes.TrimSpace(body), err == nil}
}

// own says whether an API wrote this: they speak JSON, whatever stands in front of them does not.
func (a Answer) own() bool {
	var object map[string]json.RawMessage
	return a.whole && json.Unmarshal(a.body, &object) == nil && object != nil
}

// bad is what an answer that is no success means, to either side's calls.
func (a Answer) bad() (Verdict, time.Duration) {
	switch {
	case a.status == http.StatusTooManyRequests:
		return wait, max(time.Second, a.retryAfter())
	case a.own() && (a.status == 401 || a.status == 403 || a.status == 410):
		return refused, 0
	case a.own() && (a.status == 400 || a.status == 413 || a.status == 422):
		return never, 0
	}
	return trouble, min(a.retryAfter(), longest)
}

// retryAfter reads seconds or a date. A date is held against the sender's own clock, which need not be ours.
func (a Answer) retryAfter() time.Duration {
	said := strings.TrimSpace(a.header.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(said, 64); err == nil {
		return time.Duration(min(max(seconds, 0), 86400) * float64(time.Second)) // a NaN gives 0
	}
	until, err := http.ParseTime(said)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(a.header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return min(until.Sub(now), 24*time.Hour)
}

// Klaviyo sends events: by the new API with a private key, by the legacy API without.
type Klaviyo struct{ url, private, public string }

func (k Klaviyo) tell(job Record, mark bool) (Verdict, time.Duration) {
	metric := "closed conversation in Gladly"
	if job.Created {
		metric = "started conversation in Gladly"
	}
	properties := map[string]any{"In Gladly Conversation": mark}
	if k.private == "" {
		return k.track(job, metric, properties)
	}
	if !sendable(k.private) {
		return refused, 0
	}
	data := func(kind string, attributes map[string]any) map[string]any {
		return map[string]any{"data": map[string]any{"type": kind, "attributes": attributes}}
	}
	body, _ := json.Marshal(data("event", map[string]any{
		"properties": struct{}{},
		"time":       job.Time.UTC(),
		"unique_id":  job.ID,
		"metric":     data("metric", map[string]any{"name": metric}),
		"profile":    data("profile", map[string]any{"email": job.Email, "properties": properties}),
	}))
	request, err := http.NewRequest(http.MethodPost, k.url+"/api/events", bytes.NewReader(body))
	if err != nil {
		return trouble, 0
	}
	request.Header.Set("Authorization", "Klaviyo-API-Key "+k.private)
	request.Header.Set("Accept", "application/vnd.api+json")
	request.Header.Set("Content-Type", "application/vnd.api+json")
	request.Header.Set("Revision", "2025-10-15")
	answer := call(request)
	if answer.status == http.StatusAccepted && answer.whole && (len(answer.body) == 0 || answer.own()) {
		return done, 0
	}
	return answer.bad()
}

func (k Klaviyo) track(job Record, metric string, properties map[string]any) (Verdict, time.Duration) {
	if k.public == "" {
		return refused, 0
	}
	properties["$email"] = job.Email
	text, _ := json.Marshal(map[string]any{
		"token":               k.public,
		"event":               metric,
		"customer_properties": properties,
		"properties":          map[string]any{"$event_id": job.ID},
		"time":                job.Time.Unix(),
	})
	form := url.Values{"data": {string(text)}}
	request, err := http.NewRequest(http.MethodPost, k.url+"/api/track", strings.NewReader(form.Encode()))
	if err != nil {
		return trouble, 0
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := call(request)
	if answer.status == http.StatusOK && answer.whole {
		switch string(answer.body) {
		case "1":
			return done, 0
		case "0": // it read the event and wants none of it
			return never, 0
		}
		return trouble, 0
	}
	return answer.bad()
}

// Gladly is asked for addresses.
type Gladly struct{ url, user, token string }

// find returns a customer's addresses, each once, following a merge by what Gladly's answer says of it.
func (g Gladly) find(customer string) ([]string, Verdict, time.Duration) {
	for hops := 0; hops < 5; hops++ {
		target := g.url + "/api/v1/customer-profiles/" + url.PathEscape(customer)
		request, err := http.NewRequest(http.MethodGet, target, nil)
		if err != nil {
			return nil, trouble, 0
		}
		request.SetBasicAuth(g.user, g.token)
		answer := call(request)
		var said struct {
			ID     string
			Emails []struct{ Original, Normalized string }
			Errors []struct {
				Code string
				Meta struct{ New string }
			}
		}
		readable := answer.own() && json.Unmarshal(answer.body, &said) == nil
		switch {
		case answer.status == 200 && readable && said.ID != "":
			var emails []string
			once := map[string]bool{"": true}
			for _, each := range said.Emails {
				email := each.Original
				if strings.TrimSpace(email) == "" {
					email = each.Normalized
				}
				if email = strings.ToLower(strings.TrimSpace(email)); !once[email] {
					once[email] = true
					emails = append(emails, email)
				}
			}
			return emails, done, 0
		case answer.status == 404 && answer.own(): // deleted; a 404 that is not Gladly's says nothing
			return nil, done, 0
		case answer.status == 301 && readable && len(said.Errors) > 0 && said.Errors[0].Meta.New != "":
			customer = said.Errors[0].Meta.New
			continue
		}
		verdict, pause := answer.bad()
		if verdict == never { // no look-up is hopeless: the customer may be known a minute later
			verdict = trouble
		}
		return nil, verdict, pause
	}
	return nil, trouble, 0
}

// sendable says whether a key can stand in a header at all.
func sendable(key string) bool {
	return strings.IndexFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

func min[T float64 | time.Duration](a, b T) T {
	if a < b {
		return a
	}
	return b
}

func max[T float64 | time.Duration](a, b T) T {
	if a > b {
		return a
	}
	return b
}
