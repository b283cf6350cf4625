// An integration between Gladly and Klaviyo, written from docs/integration-contract.md alone. See README.md.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	longest = 8 * time.Second // of our own waits between tries
	parked  = time.Minute     // between tries of a refused key
)

// Worker does the jobs of one side, one after the other, as fast as that side lets it.
type Worker struct {
	side, key string // key: a fingerprint
	journal   *Journal
	found     bool // whether its jobs are those with addresses
	wake      chan struct{}
	do        func(job Record) (results []Record, verdict Verdict, pause time.Duration)
	after     func()
}

func (w *Worker) rouse() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// run works until told to stop. It finishes the call that it is in.
func (w *Worker) run(ctx context.Context) {
	failures := 0
	next := w.journal.held(w.side, w.key)
	for ctx.Err() == nil {
		job, some := w.journal.next(w.found)
		rest := time.Until(next)
		if !some || rest > 0 {
			var timer <-chan time.Time
			if some {
				timer = time.After(rest)
			}
			select {
			case <-ctx.Done():
			case <-w.wake:
			case <-timer:
			}
			continue
		}
		results, verdict, pause := w.do(job)
		for _, result := range results {
			if w.journal.Write(result) != nil {
				verdict = trouble
			}
		}
		if verdict == done || verdict == never {
			failures = 0
			w.after()
			continue
		}
		failures++
		if verdict == trouble { // else it is no fault of the job's
			w.journal.failed(job)
		}
		pause = max(pause, min(time.Second/4<<min64(failures, 10), longest))
		hold := Record{Kind: "hold", Side: w.side}
		if verdict == refused {
			pause, hold.Key = parked, w.key
			say("%s refuses the key; what is owed waits for another one", w.side)
		}
		next = time.Now().Add(pause)
		if hold.Time = next; verdict == refused || verdict == wait {
			_ = w.journal.Write(hold) // so that it holds after a restart, too
		}
	}
}

func min64(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func fingerprint(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:6])
}

func say(format string, values ...any) { fmt.Fprintf(os.Stderr, format+"\n", values...) }

func fatal(format string, values ...any) {
	say(format, values...)
	os.Exit(1)
}

func need(name string) string {
	value := os.Getenv(name)
	if strings.TrimSpace(value) == "" {
		fatal("%s is not set", name)
	}
	return value
}

func key(name string) string { return strings.TrimSpace(os.Getenv(name)) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	klaviyo := Klaviyo{key("KLAVIYO_BASE_URL"), key("KLAVIYO_PRIVATE_KEY"), key("KLAVIYO_PUBLIC_KEY")}
	if klaviyo.url == "" {
		klaviyo.url = "https://a.klaviyo.com"
	}
	gladly := Gladly{need("GLADLY_BASE_URL"), strings.TrimSpace(need("GLADLY_USERNAME")), strings.TrimSpace(need("GLADLY_API_TOKEN"))}
	journal, err := openJournal(need("STATE_DIR"))
	if err != nil {
		fatal("the state folder cannot be used: %v", err)
	}
	teller := &Worker{side: "klaviyo", key: fingerprint(klaviyo.private + " " + klaviyo.public), journal: journal,
		found: true, wake: make(chan struct{}, 1), after: func() {}}
	teller.do = func(job Record) ([]Record, Verdict, time.Duration) {
		verdict, pause := klaviyo.tell(job, journal.mark(job.Email))
		switch verdict {
		case done:
			return []Record{{Kind: "told", ID: job.ID, Email: job.Email}}, verdict, pause
		case never:
			say("Klaviyo will never take event %s", job.ID)
			return []Record{{Kind: "never", ID: job.ID, Email: job.Email}}, verdict, pause
		}
		return nil, verdict, pause
	}
	finder := &Worker{side: "gladly", key: fingerprint(gladly.user + " " + gladly.token), journal: journal,
		wake: make(chan struct{}, 1), after: teller.rouse}
	finder.do = func(job Record) ([]Record, Verdict, time.Duration) {
		emails, verdict, pause := gladly.find(job.Customer)
		if verdict != done {
			return nil, verdict, pause
		}
		return []Record{{Kind: "found", ID: job.ID, Emails: emails}}, verdict, pause
	}
	server := &http.Server{
		Addr:        "127.0.0.1:" + need("PORT"),
		Handler:     Webhooks{need("WEBHOOK_USERNAME"), need("WEBHOOK_PASSWORD"), journal, finder.rouse},
		ReadTimeout: 12 * time.Second,
		IdleTimeout: time.Minute,
	}
	var working sync.WaitGroup
	for _, worker := range []*Worker{finder, teller} {
		working.Add(1)
		go func(worker *Worker) { defer working.Done(); worker.run(ctx) }(worker)
	}
	go func() {
		if err := server.ListenAndServe(); err != http.ErrServerClosed {
			fatal("cannot listen: %v", err)
		}
	}()
	<-ctx.Done()
	// Whatever takes longer is cut off: it is owed still, and is sent again under the same id.
	soon, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	_ = server.Shutdown(soon)
	ended := make(chan struct{})
	go func() { working.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-soon.Done():
	}
}
