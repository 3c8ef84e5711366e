export function Note({ text }) {
  return <p dangerouslySetInnerHTML={{ __html: text }} />;  // hit
}

export function Twin({ text }) {
  const clean = <p dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(text) }} />;  // ok
  const fixed = <p dangerouslySetInnerHTML={{ __html: "&nbsp;" }} />;  // ok
  return <p>{text}</p>;  // ok
}
