package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Archive keeps old invoices, compressed.
type Archive struct {
	folder string
	keep   time.Duration
}

// Sweep compresses the invoices that are older than the archive's limit, and returns how many it moved.
func (a *Archive) Sweep(ctx context.Context, invoices string, now time.Time) (int, error) {
	entries, err := os.ReadDir(invoices)
	if err != nil {
		return 0, fmt.Errorf("list %s: %w", invoices, err)
	}
	moved := 0
	for _, entry := range entries {
		if err := ctx.Err(); err != nil {
			return moved, err
		}
		if entry.IsDir() || !strings.HasSuffix(entry.Name(), ".txt") {
			continue
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return moved, err
		}
		if now.Sub(info.ModTime()) < a.keep {
			continue
		}
		if err := a.compress(filepath.Join(invoices, entry.Name())); err != nil {
			return moved, err
		}
		moved++
	}
	return moved, nil
}

func (a *Archive) compress(path string) error {
	source, err := os.Open(path)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.Create(filepath.Join(a.folder, filepath.Base(path)+".gz"))
	if err != nil {
		return err
	}
	writer := gzip.NewWriter(target)
	_, err = io.Copy(writer, source)
	err = errors.Join(err, writer.Close(), target.Close())
	if err != nil {
		return fmt.Errorf("compress %s: %w", path, err)
	}
	return os.Remove(path)
}
