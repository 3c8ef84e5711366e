/** Sends mails through the mail service. */
export interface Mail {
  readonly to: string;
  readonly template: string;
  readonly values: Readonly<Record<string, string>>;
}

export class MailError extends Error {
  constructor(
    readonly to: string,
    reason: string,
  ) {
    super(`mail was not sent: ${reason}`);
    this.name = "MailError";
  }
}

export class MailClient {
  constructor(
    private readonly url: string,
    private readonly timeoutMs = 5_000,
  ) {}

  /** Send one mail; throws MailError when the service did not take it. */
  async send(mail: Mail): Promise<void> {
    let answer: Response;
    try {
      answer = await fetch(`${this.url}/mails`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ to: mail.to, template: mail.template, ...mail.values }),
        signal: AbortSignal.timeout(this.timeoutMs),
      });
    } catch (error) {
      throw new MailError(mail.to, String(error));
    }
    if (!answer.ok) {
      throw new MailError(mail.to, `status ${answer.status}`);
    }
  }

  /** Send many mails, a few at a time; the ones that failed come back. */
  async sendAll(mails: readonly Mail[], atOnce = 5): Promise<Mail[]> {
    const failed: Mail[] = [];
    for (let start = 0; start < mails.length; start += atOnce) {
      const batch = mails.slice(start, start + atOnce);
      const results = await Promise.allSettled(batch.map((mail) => this.send(mail)));
      results.forEach((result, index) => {
        const mail = batch[index];
        if (result.status === "rejected" && mail) {
          failed.push(mail);
        }
      });
    }
    return failed;
  }
}
