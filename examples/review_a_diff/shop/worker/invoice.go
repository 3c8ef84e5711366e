package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"text/template"
)

var page = template.Must(template.New("invoice").Parse(`Invoice {{.OrderID}}

Customer  {{.Customer}}
Paid      {{.PaidAt.Format "2006-01-02"}}
Amount    {{.Euros}} EUR
`))

// Invoices writes one text file per order.
type Invoices struct {
	folder string
}

// Write puts the invoice of an order in place, whole or not at all.
func (i *Invoices) Write(ctx context.Context, job Job) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var text bytes.Buffer
	values := struct {
		Job
		Euros string
	}{job, euros(job.Cents)}
	if err := page.Execute(&text, values); err != nil {
		return fmt.Errorf("invoice of order %d: %w", job.OrderID, err)
	}
	return replace(i.path(job.OrderID), text.Bytes())
}

func (i *Invoices) path(orderID int64) string {
	return filepath.Join(i.folder, strconv.FormatInt(orderID, 10)+".txt")
}

func replace(path string, content []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".invoice-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	if _, err := file.Write(content); err != nil {
		file.Close()
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

func euros(cents int64) string {
	return fmt.Sprintf("%d.%02d", cents/100, cents%100)
}
