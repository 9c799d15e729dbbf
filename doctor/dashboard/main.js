// Shows in the dashboard what GET /api/doctor finds that isn't good. It is loaded once; people sign in
// later, and the dashboard tells nobody; so it looks every two seconds, until it has an answer.
const seen = 'madang.doctor.seen';

const token = () => {
  try {
    const key = Object.keys(localStorage).find((name) => name.startsWith('__pb_superusers__'));
    return JSON.parse(localStorage.getItem(key) || '{}').token || '';
  } catch {
    return '';
  }
};

const ask = async () => {
  const answer = await fetch('/api/doctor', { headers: { Authorization: token(), 'Accept-Language': navigator.language } });
  if (!answer.ok) return null;
  return (await answer.json()).results.filter((f) => f.level === 'bad' || f.level === 'warn');
};

const line = (f) => {
  const li = document.createElement('li');
  const says = document.createElement('strong');
  says.textContent = f.says;
  li.append(says);
  if (f.mend) li.append(' – ' + f.mend);
  return li;
};

const show = (found) => {
  const key = found.map((f) => f.check + f.says).join('|');
  if (!found.length || sessionStorage.getItem(seen) === key) return;
  const korean = navigator.language.startsWith('ko');
  const box = document.createElement('section');
  box.setAttribute('role', 'status');
  box.id = 'madang-doctor';
  box.style.cssText = 'position:fixed;inset:auto 16px 16px auto;z-index:9999;max-width:min(560px,calc(100vw - 32px));max-height:50vh;overflow:auto;' +
    'padding:16px 20px;border-radius:12px;background:#fff8e6;color:#3b2f12;box-shadow:0 6px 30px rgba(0,0,0,.25);font-size:14px;line-height:1.5';
  const title = document.createElement('h2');
  title.textContent = korean ? `살펴볼 것 ${found.length}가지` : `${found.length} things to look at`;
  title.style.cssText = 'margin:0 0 8px;font-size:15px';
  const list = document.createElement('ul');
  list.style.cssText = 'margin:0;padding-left:18px';
  list.append(...found.map(line));
  const close = document.createElement('button');
  close.type = 'button';
  close.textContent = korean ? '닫기' : 'Close';
  close.style.cssText = 'margin-top:12px;padding:8px 16px;border:1px solid currentColor;border-radius:8px;background:none;color:inherit;cursor:pointer';
  close.addEventListener('click', () => {
    sessionStorage.setItem(seen, key);
    box.remove();
  });
  box.append(title, list, close);
  document.body.append(box);
};

const look = async () => {
  if (!token()) return;
  const found = await ask();
  if (!found) return;
  clearInterval(waiting);
  show(found);
};

const waiting = setInterval(look, 2000);
look();
