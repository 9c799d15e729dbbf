// How many like a post and comment on it, while others do. Only members hear of it: what is heard is filtered
// by the server, which does that for them alone.
import { filled } from "./make.js";
import { hear } from "./stream.js";
import { count } from "./toggle.js";

const gather = 800; // ms in which further ones are waited for

export function counts(article) {
  const id = article.dataset.counts;
  let timer;

  async function look() {
    // note: PocketBase's own route, which counts no reading
    const answer = await fetch(`/api/collections/posts/records/${id}?fields=likes_count,comments_count`);
    if (!answer.ok) return;
    const { likes_count: likes, comments_count: comments } = await answer.json();
    count(`like-${id}`, likes);
    for (const place of document.querySelectorAll("[data-comments]")) {
      if (place.dataset.comments === String(comments)) continue;
      place.dataset.comments = comments;
      place.textContent = place.dataset.many ? filled(comments === 1 ? place.dataset.single : place.dataset.many, comments) : comments;
    }
  }
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => look().catch(() => {}), gather); // without a connection: when there is one again
  };
  const options = encodeURIComponent(JSON.stringify({ query: { filter: `post="${id}"` } }));
  for (const what of ["likes", "comments"]) hear(`${what}/*?options=${options}`, heard, what === "likes" ? look : () => {});
}
