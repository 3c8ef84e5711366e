// Command worker takes finished orders off the queue, writes their invoices and archives old ones.
package main

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const pause = 2 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		slog.Error("worker stopped", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	db, err := sql.Open("postgres", os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	defer db.Close()
	queue := &Queue{db: db}
	invoices := &Invoices{folder: os.Getenv("INVOICES")}
	for {
		job, err := queue.Take(ctx)
		switch {
		case errors.Is(err, ErrEmpty):
			if err := sleep(ctx, pause); err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			if err := invoices.Write(ctx, job); err != nil {
				slog.Warn("invoice not written", "order", job.OrderID, "error", err)
				err = queue.Return(ctx, job)
				if err != nil {
					return err
				}
				continue
			}
			if err := queue.Done(ctx, job); err != nil {
				return err
			}
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
