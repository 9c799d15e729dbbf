// Every word of the pages, in both languages: English and Korean, in this order. $1, $2 are filled in.
export const lang = navigator.language.startsWith('ko') ? 'ko' : 'en';

const words = {
  overview: ['Overview', '현황'], moderation: ['Moderation', '신고와 제재'], media: ['Media', '미디어'], search: ['Search', '검색'], jobs: ['Jobs', '작업'], setup: ['Setup', '설정 점검'],
  loading: ['Loading…', '불러오는 중…'], failed: ['That didn’t work.', '처리하지 못했습니다.'], again: ['Try again', '다시 시도'], refresh: ['Refresh', '새로 고침'],
  cancel: ['Cancel', '취소'], open: ['Open', '열기'], undo: ['Undo', '되돌리기'], add: ['Add', '추가'], remove: ['Remove', '삭제'], test: ['Test', '시험'], settings: ['Settings', '설정'],
  all: ['All', '전체'], kind: ['Kind', '종류'], files: ['Files', '파일'], file: ['File', '파일'], size: ['Size', '크기'], owner: ['Owner', '올린 사람'], post: ['Post', '글'], author: ['Author', '글쓴이'],
  when: ['When', '시각'], what: ['What', '조치'], whose: ['Whose', '대상'], by: ['By', '처리한 사람'], until: ['Until', '기한'], reason: ['Reason', '이유'], state: ['State', '상태'], error: ['Error', '오류'],
  someOf: ['$1 of $2 are shown.', '$2개 중 $1개를 보여 줍니다.'], operator: ['operator', '운영자'], program: ['the program', '프로그램'], person: ['Person', '사람'],

  users: ['Users', '사용자'], posts: ['Posts', '글'], likes: ['Likes', '좋아요'], comments: ['Comments', '댓글'], views: ['Views', '조회'], storage: ['Storage', '저장 용량'], active: ['Active (24 h)', '24시간 활동'],
  today: ['today', '오늘'], filesOf: ['files: $1', '파일 $1개'], activeMore: ['7 days: $1 · 30 days: $2', '7일 $1명 · 30일 $2명'],
  growth: ['Growth', '추이'], period_7d: ['7 days', '7일'], period_30d: ['30 days', '30일'], period_90d: ['90 days', '90일'], most: ['peak', '최대'], numbers: ['Numbers', '수치'],
  metric_active_users: ['People seen a day (at least)', '하루에 다녀간 사람 (최소)'], metric_users: ['New users', '새 사용자'], metric_posts: ['New posts', '새 글'], metric_likes: ['Likes', '좋아요'], metric_views: ['Views', '조회'], metric_media_bytes: ['Uploads', '업로드'],
  health: ['Health', '상태'], ok: ['works', '정상'], failing: ['failing', '장애'], part_database: ['Database', '데이터베이스'], part_storage: ['Files', '파일 저장소'], part_index: ['Search index', '검색 색인'], part_jobs: ['Jobs', '작업'], part_disk: ['Disk', '디스크'],
  topPosts: ['Top posts', '인기 글'], noPosts: ['Nobody has liked a post in this time.', '이 기간에 좋아요를 받은 글이 없습니다.'],

  tab_queue: ['Queue', '신고 대기열'], tab_words: ['Banned words', '금칙어'], tab_suspended: ['Suspended', '정지된 사람'], tab_log: ['Log', '처리 기록'],
  noReports: ['Nothing waits for a decision.', '기다리는 신고가 없습니다.'], reports: ['reports: $1', '신고 $1건'], hidden: ['hidden', '숨겨짐'], gone: ['It is a draft again, or in the trash.', '초안으로 돌아갔거나 휴지통에 있습니다.'],
  decided: ['Decided.', '처리했습니다.'], note: ['Note', '메모'], howLong: ['For how long', '기간'], days: ['days: $1', '$1일'],
  target_post: ['Post', '글'], target_comment: ['Comment', '댓글'], target_user: ['Person', '사람'], target_media: ['File', '파일'], target_message: ['Message', '메시지'],
  action_dismiss: ['Dismiss', '기각'], action_approve: ['Approve', '승인'], action_hide: ['Hide', '숨기기'], action_remove: ['Remove', '삭제'], action_warn: ['Warn', '경고'], action_suspend: ['Suspend', '정지'], action_undo: ['Undo', '되돌리기'], action_auto_hide: ['Hidden by reports', '신고로 숨김'], action_hold: ['Held', '보류'],
  about_dismiss: ['Nothing is wrong; it stays as it is.', '문제가 없습니다. 그대로 둡니다.'], about_approve: ['It may be seen; what hid it is over.', '보여도 됩니다. 숨김을 풉니다.'], about_hide: ['Only its author and moderators see it. It can be undone for seven days.', '글쓴이와 운영진만 봅니다. 7일 안에 되돌릴 수 있습니다.'],
  about_remove: ['It goes to the trash, and for good after seven days.', '휴지통으로 가고 7일 뒤에는 완전히 지워집니다.'], about_warn: ['The person reads the note; nothing else happens.', '당사자가 메모를 읽습니다. 다른 일은 없습니다.'], about_suspend: ['The person can’t write until then. It can be undone for seven days.', '그때까지 글을 쓰지 못합니다. 7일 안에 되돌릴 수 있습니다.'],
  reason_spam: ['spam', '스팸'], reason_abuse: ['abuse', '괴롭힘'], reason_sexual: ['sexual', '음란'], reason_violence: ['violence', '폭력'], reason_illegal: ['illegal', '불법'], reason_copyright: ['copyright', '저작권'], reason_personal_info: ['personal data', '개인정보'], reason_other: ['other', '기타'], reason_held: ['held', '보류됨'], reason_appeal: ['appeal', '이의 제기'],
  word: ['Word', '낱말'], whatHappens: ['What happens', '처리'], where: ['Where', '적용 범위'], word_reject: ['refused', '거절'], word_hold: ['held for a moderator', '운영진 확인까지 보류'],
  scope_post: ['posts', '글'], scope_comment: ['comments', '댓글'], scope_tag: ['tags', '태그'], scope_user: ['names', '이름'], scope_everywhere: ['everywhere', '모든 곳'],
  noWords: ['No word is banned.', '금칙어가 없습니다.'], added: ['Added.', '추가했습니다.'], removed: ['Removed.', '삭제했습니다.'], removeWord: ['Allow “$1” again?', '“$1”을(를) 다시 허용할까요?'],
  noSuspended: ['Nobody is suspended.', '정지된 사람이 없습니다.'], lift: ['Lift', '정지 해제'], liftOf: ['Let @$1 write again?', '@$1 님이 다시 글을 쓸 수 있게 할까요?'], lifted: ['Lifted.', '해제했습니다.'],
  nothingDone: ['Nothing has been done yet.', '처리한 것이 없습니다.'], undoThat: ['Undo “$1”?', '“$1”을(를) 되돌릴까요?'], undone: ['undone', '되돌림'],

  byKind: ['By kind', '종류별'], media_image: ['Picture', '그림'], media_audio: ['Sound', '소리'], media_video: ['Film', '영상'], share: ['share', '비율'], noMedia: ['Nothing has been uploaded.', '올라온 파일이 없습니다.'],
  asSent: ['Of files as they were sent; thumbnails and what was made of films come on top.', '올린 파일만 셌습니다. 썸네일과 변환된 영상은 별도입니다.'],
  failedFiles: ['Failed', '실패'], noneFailed: ['No file failed.', '실패한 파일이 없습니다.'], largest: ['Largest files', '가장 큰 파일'], process: ['Process again', '다시 처리'], queued: ['Queued.', '대기열에 넣었습니다.'],

  indexSize: ['Index on disk', '색인 크기'], documents: ['Documents in the index', '색인된 문서'], rows: ['Rows to index', '색인할 행'], lag: ['Lag', '지연'], changes: ['changes', '변경'],
  inStep: ['The index has everything that the database has.', '색인이 데이터베이스와 같습니다.'], outOfStep: ['The index is catching up. If it stays so, rebuild it.', '색인이 따라잡는 중입니다. 계속 이러면 다시 만드세요.'],
  rebuild: ['Rebuild', '다시 만들기'], rebuildThat: ['Make the index anew? Searches go on meanwhile.', '색인을 다시 만들까요? 그동안에도 검색은 됩니다.'], neverRebuilt: ['It was not rebuilt from here yet.', '여기서 다시 만든 적이 없습니다.'], progress: ['progress', '진행'],

  kinds: ['Kinds', '종류별'], state_running: ['running', '실행 중'], state_queued: ['queued', '대기'], state_failed: ['failed', '실패'], state_cancelled: ['cancelled', '취소됨'], state_done: ['done', '완료'],
  attempts: ['Attempts', '시도'], noJobs: ['No such job.', '해당하는 작업이 없습니다.'], retry: ['Retry', '다시 시도'], cancelJob: ['Cancel job', '작업 취소'], cancelThat: ['Cancel this job?', '이 작업을 취소할까요?'], cancelled: ['Cancelled.', '취소했습니다.'],
  pause: ['Pause', '일시 중지'], pauseThat: ['Let no job of $1 begin until it is resumed?', '다시 시작할 때까지 $1 작업을 멈출까요?'], paused: ['Paused.', '일시 중지됨'], noWorker: ['nobody here does these', '처리할 도구 없음'], resume: ['Resume', '재개'], resumed: ['Resumed.', '재개했습니다.'],
  schedules: ['Schedules', '예약된 일'], schedule: ['Name', '이름'], whenRuns: ['When (cron)', '시각 (cron)'], runNow: ['Run now', '지금 실행'], started: ['Started.', '시작했습니다.'],

  experiments: ['Experiments', '실험'], xNew: ['New experiment', '새 실험'], xNone: ['There is no experiment yet.', '아직 실험이 없습니다.'],
  xWhat: ['Show some people one way, others another, and see which does better. Of who saw which only a hash is kept.', '사람들에게 서로 다른 방식을 보여 주고 어느 쪽이 나은지 봅니다. 누가 무엇을 보았는지는 해시로만 남습니다.'],
  xKey: ['Key, for programs', '키 (프로그램에서 쓰는 이름)'], xName: ['Name', '이름'], xVariants: ['Variants and weights', '변형과 비중'], xEvent: ['What decides', '결정하는 이벤트'],
  xHint: ['The first variant is what there is now. “old 9, new 1” shows the new one to every tenth.', '첫 번째가 지금 방식입니다. “old 9, new 1”이면 열에 하나가 새 방식을 봅니다.'],
  xVariant: ['Variant', '변형'], xWeight: ['Weight', '비중'], xSaw: ['Saw it', '본 사람'], xDid: ['Did “$1”', '“$1” 한 사람'], xRate: ['Rate', '비율'], xInterval: ['95% interval', '95% 구간'],
  xFirst: ['$1 is what the others are measured by.', '$1이(가) 비교의 기준입니다.'], verdict_better: ['better', '나음'], verdict_worse: ['worse', '못함'], verdict_open: ['not yet clear', '아직 모름'], verdict_too_few: ['too few', '부족'],
  xBetter: ['$1 does better than $2, by $3 to $4. You may stop here.', '$1이(가) $2보다 $3 ~ $4 낫습니다. 여기서 끝내도 됩니다.'], xWorse: ['$1 does worse than $2, by $3 to $4. You may stop here.', '$1이(가) $2보다 못합니다($3 ~ $4). 여기서 끝내도 됩니다.'],
  xOpen: ['$1 beside $2: the difference is somewhere from $3 to $4. Go on, or take it that it matters little. You may look as often as you like.', '$1과(와) $2의 차이는 $3 ~ $4 사이입니다. 더 지켜보거나 차이가 작다고 보면 됩니다. 아무 때나 확인해도 됩니다.'], xFew: ['Too few people saw $1 or $2 to say anything.', '$1 또는 $2을(를) 본 사람이 아직 적어 말할 수 없습니다.'],
  xStart: ['Start', '시작'], xStarted: ['It runs.', '시작했습니다.'], xStop: ['Stop', '끝내기'], xStopSure: ['Stop “$1”? It can’t be started again; everybody gets the winner.', '“$1”을(를) 끝낼까요? 다시 시작할 수 없고 모두에게 선택한 변형을 보여 줍니다.'], xStopped: ['Stopped.', '끝냈습니다.'], xWinner: ['Everybody then gets', '끝낸 뒤 모두에게'], xWon: ['everybody gets $1', '모두에게 $1'],
  xRemove: ['Delete “$1” with all its numbers?', '“$1”과(와) 수치를 모두 지울까요?'], x_draft: ['draft', '초안'], x_running: ['running', '진행 중'], x_stopped: ['stopped', '끝남'], xSince: ['since $1', '$1부터'], xNotYet: ['It wasn’t started yet: everybody gets the first variant.', '아직 시작하지 않았습니다. 모두에게 첫 번째 변형을 보여 줍니다.'],
  audit: ['Audit log', '감사 기록'], auditAbout: ['What superusers of the dashboard changed and did. Nobody can change or delete this; AUDIT_KEEP says for how many days it is kept.', '최고 관리자가 바꾸고 실행한 일입니다. 누구도 고치거나 지울 수 없습니다. 보관 일수는 AUDIT_KEEP으로 정합니다.'],
  auditFound: ['Entries ($1)', '기록 ($1)'], noAudit: ['Nothing was changed.', '바뀐 것이 없습니다.'], filter: ['Filter', '찾기'], audit_by: ['Superuser', '관리자'], audit_target: ['Collection', '컬렉션'], audit_record: ['Record', '레코드'], audit_since: ['From', '시작일'], audit_until: ['Until', '종료일'],
  audit_create: ['created', '추가'], audit_update: ['changed', '변경'], audit_delete: ['deleted', '삭제'], audit_truncate: ['emptied', '비움'], audit_run: ['ran', '실행'], audit_sign_in: ['signed in', '로그인'],
  place: ['Where', '위치'], changed: ['Changed', '바뀐 것'], field: ['Field', '필드'], was: ['Was', '이전'], is: ['Is', '이후'], secretChanged: ['A secret was changed; it is not shown.', '비밀 값이 바뀌었습니다. 값은 보이지 않습니다.'], newer: ['Newer', '이전 쪽'], older: ['Older', '다음 쪽'], pages: ['Pages', '쪽'],

  bulk: ['Bulk actions', '일괄 작업'], bulk_of_users: ['People', '사람'], bulk_of_posts: ['Posts', '글'], bulk_of_media: ['Files', '파일'], find: ['Search', '검색'], email: ['E-mail', '이메일'], role: ['Role', '권한'],
  bulk_verify: ['Verify', '확인 표시'], bulk_unverify: ['Remove the badge', '확인 표시 해제'], bulk_suspend: ['Suspend', '정지'], bulk_feature: ['Feature', '추천'], bulk_unfeature: ['Unfeature', '추천 해제'], bulk_hide: ['Hide', '숨기기'], bulk_approve: ['Show', '보이기'], bulk_remove: ['Remove', '삭제'], bulk_process: ['Process again', '다시 처리'], bulk_undo: ['Undo', '되돌리기'],
  bulkAll: ['All on this page', '이 페이지 모두'], bulkChosen: ['$1 selected', '$1개 선택'], bulkFound: ['Found ($1)', '찾은 것 ($1)'], bulkNone: ['Nothing was found.', '찾은 것이 없습니다.'], bulkSure: ['$1: $2?', '$2개를 처리할까요? ($1)'], bulkDone: ['Done: $1.', '$1개를 처리했습니다.'], bulkResult: ['done $1, failed $2.', '$1개 처리, $2개 실패.'],
  verified: ['verified', '확인됨'], featured: ['featured', '추천'], post_draft: ['draft', '초안'], post_scheduled: ['scheduled', '예약'], post_removed: ['in the trash', '휴지통'],

  toDo: ['To do ($1)', '할 일 ($1)'], fine: ['In order', '문제없음'], allDone: ['Everything is set up.', '모두 설정되었습니다.'], testMail: ['Send a test mail', '시험 메일 보내기'], testCode: ['Send me a code', '인증 코드 받아 보기'], tryOf: ['Try $1', '$1 로그인 해 보기'], mailSent: ['A mail is on its way to $1.', '$1(으)로 메일을 보냈습니다.'], works: ['It works.', '잘 됩니다.'],
  backUp: ['Back up now', '지금 백업'], backUpNow: ['Make a backup now? It may take a while.', '지금 백업할까요? 시간이 걸릴 수 있습니다.'], backedUp: ['Backed up.', '백업했습니다.'],
  level_bad: ['unsafe', '위험'], level_warn: ['check', '확인 필요'], level_info: ['note', '참고'], level_good: ['good', '좋음'],
  check_address: ['Address', '주소'], check_tls: ['Reached from outside, TLS', '외부 접속과 TLS'], check_idle: ['Jobs without a worker', '처리할 수 없는 작업'], check_mail: ['Mail', '메일'], check_admin: ['Superusers', '대시보드 관리자'], check_second_factor: ['Second factor', '2단계 인증'], check_rate_limits: ['Rate limits', '요청 제한'], check_debug: ['Debug mode', '디버그 모드'],
  check_proxies: ['Proxies', '프록시'], check_batch: ['Batch API', '일괄 API'], check_cors: ['CORS', 'CORS'], check_social: ['Social sign-in', '소셜 로그인'], check_rules: ['Access rules', '접근 규칙'], check_migrations: ['Schema', '스키마'], check_clock: ['Clock', '시계'],
  check_folder: ['Data folder', '데이터 폴더'], check_disk: ['Disk', '디스크'], check_open_files: ['Open files', '열린 파일'], check_database: ['Database', '데이터베이스'], check_damage: ['Damage', '손상'], check_unread_pages: ['Unreadable pages', '읽지 못한 페이지'], check_storage: ['Files and S3', '파일과 S3'], check_backups: ['Backups', '백업'],
  check_counters: ['Counters', '카운터'], check_files: ['Files of media', '미디어 파일'], check_ffmpeg: ['ffmpeg', 'ffmpeg'], check_jobs: ['Jobs', '작업'], check_tools: ['Helpers', '도구'],
};

/** say is a word of ours in the language of the browser; one that isn't known is its own name. */
export const say = (name, ...values) =>
  (words[name]?.[lang === 'ko' ? 1 : 0] ?? name).replace(/\$(\d)/g, (_, n) => values[n - 1]);
