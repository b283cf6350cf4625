package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

const kept = 40 * 24 * time.Hour // how long a finished event is remembered, to know its repeats

// Record is one line of the journal. What a line changes is in Book.apply.
type Record struct {
	Kind     string    `json:"kind"` // heard, found, told, never, hold
	ID       string    `json:"id,omitempty"`
	Created  bool      `json:"created,omitempty"`
	Time     time.Time `json:"time"` // of the event; of a hold: its end
	Customer string    `json:"customer,omitempty"`
	At       time.Time `json:"at"` // when it was heard, by this machine's clock
	Emails   []string  `json:"emails,omitempty"`
	Email    string    `json:"email,omitempty"`
	Side     string    `json:"side,omitempty"` // of a hold: klaviyo or gladly
	Key      string    `json:"key,omitempty"`  // of a hold: a fingerprint of the refused key; none: asked to wait
}

type event struct {
	heard    Record
	found    *Record
	settled  map[string]string // address to told or never
	attempts map[string]int    // "" is the look-up
}

// Book is what the journal says, in memory.
type Book struct {
	sync.Mutex
	events map[string]*event
	open   map[string]*event // those with something left to do
	newest map[string]Record // address to its newest event
	holds  map[string]Record
}

func (b *Book) apply(r Record) {
	b.Lock()
	defer b.Unlock()
	ev := b.events[r.ID]
	switch {
	case r.Kind == "hold":
		b.holds[r.Side] = r
	case r.Kind == "heard" && ev == nil:
		ev = &event{heard: r, settled: map[string]string{}, attempts: map[string]int{}}
		b.events[r.ID], b.open[r.ID] = ev, ev
	case ev == nil:
	case r.Kind == "found" && ev.found == nil:
		ev.found = &r
		for _, email := range r.Emails {
			// Of two events at one instant the closing is the newer: nothing begins as it ends.
			last, known := b.newest[email]
			if !known || ev.heard.Time.After(last.Time) || ev.heard.Time.Equal(last.Time) && last.Created {
				b.newest[email] = ev.heard
			}
		}
	case r.Kind == "told" || r.Kind == "never":
		ev.settled[r.Email] = r.Kind
	}
	if ev != nil && ev.found != nil && len(ev.settled) >= len(ev.found.Emails) {
		delete(b.open, r.ID)
	}
}

// next returns what to do: the least tried, then the oldest. Found tells look-ups from events for Klaviyo.
func (b *Book) next(found bool) (job Record, ok bool) {
	b.Lock()
	defer b.Unlock()
	fewest := 0
	for _, ev := range b.open {
		if (ev.found != nil) != found {
			continue
		}
		emails := []string{""}
		if found {
			emails = ev.found.Emails
		}
		for _, email := range emails {
			tried := ev.attempts[email]
			if ev.settled[email] != "" || ok && (tried > fewest || tried == fewest && !ev.heard.Time.Before(job.Time)) {
				continue
			}
			job, fewest, ok = ev.heard, tried, true
			job.Email = email
		}
	}
	return job, ok
}

func (b *Book) knows(id string) bool {
	b.Lock()
	defer b.Unlock()
	return b.events[id] != nil
}

func (b *Book) failed(job Record) {
	b.Lock()
	defer b.Unlock()
	b.events[job.ID].attempts[job.Email]++
}

func (b *Book) mark(email string) bool {
	b.Lock()
	defer b.Unlock()
	return b.newest[email].Created
}

// held says until when a side must not be called. Another key than the refused one is free at once.
func (b *Book) held(side, key string) time.Time {
	b.Lock()
	defer b.Unlock()
	if hold := b.holds[side]; hold.Key == "" || hold.Key == key {
		return hold.Time
	}
	return time.Time{}
}

// Journal owns the file: only its goroutine writes, and what it has acknowledged is on disk.
type Journal struct {
	Book
	file *os.File
	size int64
	in   chan entry
}

type entry struct {
	Record
	done chan error
}

// openJournal waits until no other process has the folder, reads the journal, and writes it anew without what is old.
func openJournal(folder string) (*Journal, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil { // held until the process ends
		return nil, err
	}
	j := &Journal{in: make(chan entry, 256)}
	j.events, j.open = map[string]*event{}, map[string]*event{}
	j.newest, j.holds = map[string]Record{}, map[string]Record{}
	path := filepath.Join(folder, "journal.jsonl")
	if err := j.read(path); err != nil {
		return nil, err
	}
	var fresh bytes.Buffer
	for _, hold := range j.holds {
		fresh.Write(line(hold))
	}
	for id, ev := range j.events {
		if j.open[id] == nil && time.Since(ev.heard.At) > kept {
			delete(j.events, id)
			continue
		}
		fresh.Write(line(ev.heard))
		if ev.found != nil {
			fresh.Write(line(*ev.found))
		}
		for email, kind := range ev.settled {
			fresh.Write(line(Record{Kind: kind, ID: id, Email: email}))
		}
	}
	if j.file, err = os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o600); err != nil {
		return nil, err
	}
	if _, err = j.file.Write(fresh.Bytes()); err == nil {
		err = j.file.Sync()
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if dir, e := os.Open(folder); err == nil && e == nil {
		err = dir.Sync()
		dir.Close()
	}
	j.size = int64(fresh.Len())
	go j.run()
	return j, err
}

func (j *Journal) read(path string) error {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	for lines := bufio.NewReader(file); ; {
		text, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil // a last line without its end was never acknowledged
		}
		if err != nil {
			return err
		}
		var r Record
		if err := json.Unmarshal(text, &r); err != nil {
			return errors.New("the journal is damaged")
		}
		j.apply(r)
	}
}

func line(r Record) []byte {
	text, _ := json.Marshal(r) // strings and times: it cannot fail
	return append(text, '\n')
}

// run writes what has piled up, makes it durable once for all of it, and only then lets it count.
func (j *Journal) run() {
	for first := range j.in {
		batch := []entry{first}
		for more := len(j.in); more > 0; more-- {
			batch = append(batch, <-j.in)
		}
		var text []byte
		for _, e := range batch {
			text = append(text, line(e.Record)...)
		}
		_, err := j.file.Write(text)
		if err == nil {
			err = j.file.Sync()
		}
		if err == nil {
			j.size += int64(len(text))
		} else if j.file.Truncate(j.size) != nil {
			fatal("the journal can be neither written nor mended")
		}
		for _, e := range batch {
			if err == nil {
				j.apply(e.Record)
			}
			e.done <- err
		}
	}
}

// Write returns when the record is on disk.
func (j *Journal) Write(r Record) error {
	e := entry{r, make(chan error, 1)}
	j.in <- e
	return <-e.done
}
