{
    "variables": {
        # 1 in our own builds: a newer compiler's new warning must not keep a user from building.
        "strict%": 0,
        # 1 for AddressSanitizer and UndefinedBehaviorSanitizer.
        "sanitize%": 0,
    },
    "targets": [
        {
            "target_name": "manycore",
            "sources": [
                "src/addon.c",
                "src/arena.c",
                "src/buffer.c",
                "src/checks.c",
                "src/failures.c",
                "src/mapping.c",
                "src/named.c",
                "src/process.c",
                "src/sentry.c",
                "src/wait.c",
                "src/watch.c",
                "src/word.c",
            ],
            # Node-API 8: in every Node since 14, and in Bun.
            "defines": ["NAPI_VERSION=8"],
            "cflags": ["-std=gnu11", "-fvisibility=hidden", "-Wall", "-Wextra", "-Wshadow"],
            "xcode_settings": {
                "GCC_C_LANGUAGE_STANDARD": "gnu11",
                "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
                "MACOSX_DEPLOYMENT_TARGET": "11.0",
                "WARNING_CFLAGS": ["-Wall", "-Wextra", "-Wshadow"],
            },
            "conditions": [
                [
                    "OS=='mac'",
                    {"sources": ["src/futex_darwin.c", "src/process_darwin.c", "src/segment_darwin.c"]},
                    {
                        "sources": ["src/futex_linux.c", "src/process_linux.c", "src/segment_linux.c"],
                        "defines": ["_GNU_SOURCE", "_FILE_OFFSET_BITS=64"],
                        "cflags": ["-pthread"],
                        # Not the C++ library, which node-gyp links to whatever the language; librt for glibc before 2.34.
                        "ldflags": ["-pthread", "-Wl,--as-needed"],
                        "libraries": ["-lrt", "-lm"],
                    },
                ],
                ["strict==1", {"cflags": ["-Werror"], "xcode_settings": {"GCC_TREAT_WARNINGS_AS_ERRORS": "YES"}}],
                [
                    "sanitize==1",
                    {
                        "sources": ["src/canary.c"],
                        "defines": ["MANYCORE_CANARY"],
                        "cflags": [
                            "-g",
                            "-O1",
                            "-fsanitize=address,undefined",
                            # Its reports go to stderr, whatever the options say: the end of the process is not overlooked.
                            "-fno-sanitize-recover=undefined",
                            "-fno-omit-frame-pointer",
                        ],
                        "cflags!": ["-O3"],
                        "ldflags": ["-fsanitize=address,undefined"],
                    },
                ],
            ],
        }
    ],
}
