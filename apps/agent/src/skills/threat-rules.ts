import type { Severity } from '@skep/contracts/agent';

/** A text that may do harm. */
export interface ThreatRule {
  pattern: string;
  category: string;
  severity: Severity;
  description: string;
  recommendation: string;
  expression: RegExp;
}

const SHELL = String.raw`(?:[\w./-]{0,60}/)?(?:(?:ba|z|k|da|fi)?sh|python[\d.]*|perl|ruby|node|pwsh|powershell)\b`;
/** At the start of an expression, where a path before it would be looked for at each place. */
const SHELL_NAME = String.raw`\b(?:(?:ba|z|k|da|fi)?sh|python[\d.]*|perl|ruby|node|pwsh|powershell)\b`;
const NO_RUN = 'Do not let an agent run it.';
const ASK_AUTHOR = 'Ask its author what this is for.';

const rule = (
  pattern: string,
  category: string,
  severity: Severity,
  description: string,
  expression: RegExp,
  recommendation = ASK_AUTHOR,
) => ({ pattern, category, severity, description, expression, recommendation }) satisfies ThreatRule;

/** What a scan looks for, line by line. Lines that end with a backslash are read with the next. */
export const THREAT_RULES: readonly ThreatRule[] = [
  rule(
    'decode-to-shell',
    'obfuscation',
    'critical',
    'Decodes text and runs it.',
    new RegExp(
      String.raw`(?:base64\s+(?:-d|-D|--decode)|xxd\s+-r|openssl\s+enc\s.*-d|gunzip|zcat)[^|\n]*\|\s*(?:sudo\s+)?(?:${SHELL})`,
      'i',
    ),
    NO_RUN,
  ),
  rule(
    'eval-decoded',
    'obfuscation',
    'critical',
    'Evaluates decoded text.',
    /(?:eval|exec)\s*\(?\s*["'$(\s]*(?:base64|atob|b64decode|Buffer\.from|codecs\.decode|bytes\.fromhex)/i,
    NO_RUN,
  ),
  rule('eval-shell', 'obfuscation', 'high', 'Evaluates the output of a command.', /\beval\s+["']?\$\(/i, NO_RUN),
  rule('long-hex', 'obfuscation', 'medium', 'Has a long text of escaped bytes.', /(?:\\x[0-9a-f]{2}){24,}/i),
  rule(
    'long-base64',
    'obfuscation',
    'medium',
    'Has a long text in base64.',
    /(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{400,}={0,2}(?![A-Za-z0-9+/=])/,
  ),
  rule(
    'hidden-characters',
    'obfuscation',
    'high',
    'Has characters that people cannot see.',
    /[\u200B\u2060-\u2064\u202A-\u202E\u2066-\u2069\u{E0000}-\u{E007F}]/u,
    'Read the file in an editor that shows them.',
  ),
  rule(
    'pipe-to-shell',
    'remote_execution',
    'critical',
    'Runs a script from the web.',
    new RegExp(String.raw`\b(?:curl|wget|fetch|iwr|Invoke-WebRequest)\b[^|\n]*\|\s*(?:sudo\s+)?(?:\w+=\S*\s+)*(?:${SHELL}|iex\b)`, 'i'),
    NO_RUN,
  ),
  rule(
    'shell-of-download',
    'remote_execution',
    'critical',
    'Runs a script from the web.',
    new RegExp(
      String.raw`(?:(?:${SHELL_NAME})\s+(?:-c\s+)?["']?(?:<\s*\(|\$\(|\x60)\s*(?:curl|wget)\b|\b(?:source|\.)\s+<\s*\(\s*(?:curl|wget)\b)`,
      'i',
    ),
    NO_RUN,
  ),
  rule(
    'download-and-run',
    'remote_execution',
    'critical',
    'Downloads a file and runs it.',
    /\b(?:curl|wget)\b.*(?:&&|;).*(?:chmod\s+(?:\+x|[0-7]*7[0-7]*)|\b(?:ba)?sh\s+\S+|\.\/\S+)/i,
    NO_RUN,
  ),
  rule(
    'powershell-download',
    'remote_execution',
    'critical',
    'Runs a script from the web.',
    /(?:iex|Invoke-Expression)\b.*(?:DownloadString|Invoke-WebRequest|iwr\b|irm\b)|powershell.*-e(?:nc|ncodedcommand)\b/i,
    NO_RUN,
  ),
  rule(
    'reverse-shell',
    'remote_execution',
    'critical',
    'Opens a shell for someone else.',
    /\/dev\/(?:tcp|udp)\/|\bn(?:c|cat|etcat)\b.*\s-[a-z]*[ec]\b|\bsocat\b.*exec:|mkfifo\b.*\bnc\b/i,
    NO_RUN,
  ),
  rule(
    'ssh-keys',
    'credential_access',
    'critical',
    'Reads keys of SSH.',
    /(?:~|\$HOME|\/home\/\w+|\/root|%USERPROFILE%)?\/?\.ssh\/(?:id_\w+|authorized_keys|config)\b/i,
  ),
  rule(
    'cloud-credentials',
    'credential_access',
    'critical',
    'Reads credentials of a cloud.',
    /\.aws\/credentials|\.config\/gcloud|\.azure\/(?:accessTokens|msal)|\.kube\/config|169\.254\.169\.254/i,
  ),
  rule('gpg-keys', 'credential_access', 'high', 'Reads keys of GnuPG.', /\.gnupg\/|gpg\s+--export-secret/i),
  rule(
    'browser-data',
    'credential_access',
    'critical',
    'Reads passwords or cookies of a browser.',
    /(?:Chrome|Chromium|Firefox|Brave|Edge|Safari)\b.*(?:Login Data|Cookies\b|cookies\.sqlite|logins\.json|key4\.db)/i,
  ),
  rule(
    'keychain',
    'credential_access',
    'critical',
    'Reads a keychain.',
    /security\s+(?:dump-keychain|find-(?:generic|internet)-password)|secret-tool\s+lookup|login\.keychain/i,
  ),
  rule(
    'system-passwords',
    'credential_access',
    'critical',
    'Reads the passwords of the system.',
    /\/etc\/(?:shadow|sudoers|master\.passwd)\b/i,
  ),
  rule(
    'environment-dump',
    'credential_access',
    'medium',
    'Reads all environment variables.',
    /\b(?:printenv|env)\b\s*(?:\||>)|os\.environ(?:\.copy\(\)|\.items\(\))|JSON\.stringify\(process\.env\)/i,
  ),
  rule(
    'quarantine-removal',
    'anti_detection',
    'critical',
    'Switches the protection of macOS off.',
    /xattr\s+-\S*[dc]\S*\s.*quarantine|xattr\s+-cr?\b|spctl\s+--master-disable|csrutil\s+disable/i,
  ),
  rule(
    'protection-off',
    'anti_detection',
    'critical',
    'Switches a protection off.',
    /Set-MpPreference.*Disable|setenforce\s+0|ufw\s+disable|systemctl\s+(?:stop|disable)\s+(?:auditd|firewalld|apparmor)/i,
  ),
  rule(
    'history-off',
    'anti_detection',
    'high',
    'Hides what was run.',
    /unset\s+HISTFILE|HISTFILE=\/dev\/null|history\s+-c\b|shred\s+.*history/i,
  ),
  rule(
    'ignore-instructions',
    'anti_detection',
    'high',
    'Tells the agent to ignore its instructions, or to hide something.',
    /(?:ignore|disregard|forget)\s+(?:all\s+|any\s+)?(?:the\s+|your\s+)?(?:previous|prior|above|earlier)\s+(?:instructions|rules|prompts)|do\s+not\s+(?:tell|inform|mention\s+(?:this|it)\s+to)\s+the\s+user/i,
    'Do not install it.',
  ),
  rule(
    'post-of-files',
    'exfiltration',
    'critical',
    'Sends files away.',
    /\b(?:curl|wget)\b.*(?:-F\s+\S*=?@|--data(?:-binary)?\s+@|-d\s+@|-T\s+|--upload-file|--post-file)/i,
  ),
  rule('pipe-to-network', 'exfiltration', 'high', 'Sends the output of a command away.', /\|\s*(?:curl|nc|ncat|socat)\b/i),
  rule(
    'collector',
    'exfiltration',
    'high',
    'Names a place where data is collected.',
    /webhook\.site|requestbin|pipedream\.net|ngrok(?:-free)?\.(?:io|app)|burpcollaborator|interact\.sh|oast\.(?:pro|live|fun)|discord(?:app)?\.com\/api\/webhooks|api\.telegram\.org\/bot/i,
  ),
  rule('dns-exfiltration', 'exfiltration', 'high', 'Sends data in names of hosts.', /\b(?:dig|nslookup|host)\s+.*\$[({]/i),
  rule('sudo', 'privilege_escalation', 'high', 'Wants to be root.', /(?:^|[\s;&|`])(?:sudo|doas|pkexec)\s+\S/i),
  rule(
    'setuid',
    'privilege_escalation',
    'critical',
    'Makes a program that runs as its owner.',
    /chmod\s+(?:[ug]*\+s|[2467][0-7]{3})\b|os\.setuid\s*\(\s*0/i,
  ),
  rule('world-writable', 'privilege_escalation', 'medium', 'Lets everyone change a file.', /chmod\s+(?:-R\s+)?0?777\b/i),
  rule(
    'launch-agent',
    'persistence',
    'critical',
    'Starts with the system.',
    /Library\/Launch(?:Agents|Daemons)|launchctl\s+(?:load|bootstrap)/i,
  ),
  rule('cron', 'persistence', 'high', 'Runs again and again.', /\bcrontab\s+(?:-|\S)|\/etc\/cron|schtasks\s+\/create/i),
  rule(
    'systemd',
    'persistence',
    'high',
    'Starts with the system.',
    /systemctl\s+(?:--user\s+)?enable|\/etc\/systemd\/system|\.config\/systemd\/user/i,
  ),
  rule('shell-profile', 'persistence', 'high', 'Changes what each shell runs.', />>?\s*(?:~|\$HOME)\/\.(?:bash|zsh|profile)\w*/i),
  rule(
    'agent-files',
    'persistence',
    'high',
    'Changes the files of the agent itself.',
    />>?\s*\S*(?:SOUL|AGENTS|MEMORY|IDENTITY|CLAUDE)\.md/i,
  ),
  rule(
    'raw-address',
    'suspicious_network',
    'high',
    'Names a server by its number.',
    /https?:\/\/(?!127\.|0\.0\.0\.0|10\.|192\.168\.)\d{1,3}(?:\.\d{1,3}){3}/i,
  ),
  rule('onion', 'suspicious_network', 'high', 'Names a hidden service.', /https?:\/\/[a-z2-7]{16,56}\.onion/i),
  rule(
    'paste',
    'suspicious_network',
    'medium',
    'Loads from a place for texts of anyone.',
    /(?:pastebin\.com\/raw|paste\.ee\/r|hastebin\.com\/raw|transfer\.sh\/)/i,
  ),
  rule('os-system', 'python_risks', 'medium', 'Runs commands.', /\bos\.(?:system|popen)\s*\(|subprocess\.\w+\([^)]*shell\s*=\s*True/i),
  rule('python-eval', 'python_risks', 'medium', 'Evaluates text.', /(?<![\w.])(?:eval|exec)\s*\(/),
  rule(
    'pickle',
    'python_risks',
    'medium',
    'Loads objects that can run code.',
    /\b(?:pickle|marshal|dill)\.loads?\s*\(|yaml\.load\s*\((?!.*SafeLoader)/i,
  ),
  rule('dynamic-import', 'python_risks', 'low', 'Imports by name.', /__import__\s*\(|importlib\.import_module\s*\(/i),
  rule(
    'short-link',
    'suspicious_links',
    'medium',
    'Has a link that hides its target.',
    /https?:\/\/(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl|is\.gd|cutt\.ly|rb\.gy)\//i,
  ),
  rule(
    'executable-link',
    'suspicious_links',
    'high',
    'Links to a program.',
    /https?:\/\/\S+\.(?:exe|msi|dmg|pkg|scr|bat|ps1|apk)(?:[\s"')\]>?#]|$)/i,
  ),
  rule(
    'link-with-password',
    'suspicious_links',
    'high',
    'Links to an archive with a password.',
    /\bpass(?:word|wort)?\b.{0,200}\.(?:zip|rar|7z)\b|\.(?:zip|rar|7z)\b.{0,200}\bpassword\b/i,
  ),
];
