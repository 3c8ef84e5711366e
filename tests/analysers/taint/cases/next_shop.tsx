import { NextRequest, NextResponse } from 'next/server';
import { exec } from 'child_process';
import { readFile } from 'fs/promises';

export async function POST(request: NextRequest) {
  const { url } = await request.json();
  const answer = await fetch(url); // hit ssrf
  return NextResponse.redirect(url as string); // hit redirect
}

export async function GET(req: NextRequest, count: number) {
  const name = req.nextUrl.searchParams.get('name')!;
  exec(`convert ${name}`); // hit command
  exec(`convert ${count}`); // ok
  await readFile('/srv/' + name); // hit path
  return new Response('<p>' + name, { headers: { 'content-type': 'text/html' } }); // hit html
}

export function Comment({ id }: { id: string }) {
  const text = useSearchParams().get('text');
  return <p dangerouslySetInnerHTML={{ __html: text }} title={text}>{text}</p>; // hit html
}

export function Plain({ text }: { text: string }) {
  return <p>{text}</p>; // ok
}
