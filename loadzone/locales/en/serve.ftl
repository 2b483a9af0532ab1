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
error-port-taken = Cannot listen on { $host }, port { $port }: { $reason }. Choose another with --port.
