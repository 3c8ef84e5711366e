package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// ErrEmpty says that there is nothing to do at the moment.
var ErrEmpty = errors.New("the queue is empty")

const maxAttempts = 5

// Job is one finished order.
type Job struct {
	ID       int64
	OrderID  int64
	Customer string
	Cents    int64
	Attempts int
	PaidAt   time.Time
}

// Queue is a table of jobs; several workers may share it.
type Queue struct {
	db *sql.DB
}

// Take reserves the oldest job, or returns ErrEmpty.
func (q *Queue) Take(ctx context.Context) (Job, error) {
	var job Job
	row := q.db.QueryRowContext(ctx, `
		UPDATE jobs SET taken_at = now(), attempts = attempts + 1
		 WHERE id = (SELECT id FROM jobs WHERE taken_at IS NULL AND attempts < $1
		              ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1)
		RETURNING id, order_id, customer, cents, attempts, paid_at`, maxAttempts)
	err := row.Scan(&job.ID, &job.OrderID, &job.Customer, &job.Cents, &job.Attempts, &job.PaidAt)
	if errors.Is(err, sql.ErrNoRows) {
		return Job{}, ErrEmpty
	}
	if err != nil {
		return Job{}, fmt.Errorf("take a job: %w", err)
	}
	return job, nil
}

// Done removes a finished job.
func (q *Queue) Done(ctx context.Context, job Job) error {
	if _, err := q.db.ExecContext(ctx, `DELETE FROM jobs WHERE id = $1`, job.ID); err != nil {
		return fmt.Errorf("remove job %d: %w", job.ID, err)
	}
	return nil
}

// Return puts a job back for another attempt.
func (q *Queue) Return(ctx context.Context, job Job) error {
	if _, err := q.db.ExecContext(ctx, `UPDATE jobs SET taken_at = NULL WHERE id = $1`, job.ID); err != nil {
		return fmt.Errorf("return job %d: %w", job.ID, err)
	}
	return nil
}
