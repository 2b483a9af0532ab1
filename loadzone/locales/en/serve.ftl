# What the server says at the terminal.

serve-address = LoadZone is at { $url }
serve-listens = It takes requests from the proxy at { $url }
serve-data = Data file { $path }: { $vms ->
    [one] { $vms } VM
   *[other] { $vms } VMs
}, { $users ->
    [one] { $users } user
   *[other] { $users } users
}.
serve-first-admin = Nobody is an administrator yet. Open this link once to become the first: { $url }
serve-xheaders-old = use_xheaders trusts every proxy on this machine. Better name the proxies in trusted_proxies.
serve-proxy-unknown = public_url is set, but trusted_proxies is not: if a proxy stands before the server, everybody behind it counts as one address when logins are throttled.
serve-open = Open mode: the e-mail alone logs in, and everybody is an administrator. For a trusted desk only.
serve-stopping = Stopping: what is in flight is finished, then the data file is written.
serve-stopped = Stopped; everything is in { $path }.
error-store-not-folded = Stopped, but { $path } could not be written ({ $detail }). Everything acknowledged is in { $journal } and the next start takes it from there: keep both files.
error-store-not-saved = Stopped, but neither { $path } nor { $journal } could be written ({ $detail }): changes that were acknowledged may be lost.
error-store-taken = Stopped: the lock of { $path } was deleted, and another LoadZone ({ $holder }) has taken the file. Nothing more was written.
error-accounts-not-saved = Stopped, but { $path } is gone and could not be written anew: accounts are lost.
error-port-taken = Cannot listen on { $host }, port { $port }: { $reason }. Choose another with --port.
