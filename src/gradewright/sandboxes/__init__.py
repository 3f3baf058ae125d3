"""Where steps run. One file a sandbox; below them what they share.

    bubblewrap  oci  docker  unconfined      how to make the walls
    line  process  attached                  the line to init: pipes, or a container's connection
    engine  engine_images                    where a container engine is, and that it has the image
    watch                                    the supervisor: clocks, caps, kill, verdict; the same for all
    wire  native/                            init, the trusted PID 1 inside, and how to speak with it
    cgroups                                  limits and counters of the kernel, v1 and v2
    host_root  images                        the file system that a step sees

`StepResult.enforcement` says for each of memory, cpu, pids, disk, network and seccomp how it was held:
"cgroup" and "kernel" hold for the step as a whole, "rlimit" for each process, "poll" means watched and killed late,
"none" means not at all.
"""
