import Testing

@testable import Runs

struct SecretArgumentTests {
    @Test func `a source is a variable, a file or a prompt, for a Secret or for one key`() throws {
        let all = try ["a=env:V_1", "a.b/.dockerconfigjson=file:x=y/z", "a/k=prompt"].map {
            try SecretArgument(parsing: $0)
        }
        #expect(all.map(\.name) == ["a", "a.b", "a"])
        #expect(all.map(\.key) == [nil, ".dockerconfigjson", "k"])
        #expect(all.map(\.source) == [.environment("V_1"), .file("x=y/z"), .prompt])
        #expect(all.map(\.source.description) == ["env V_1", "file x=y/z", "prompt"])
    }

    @Test(arguments: [
        ("vault=hunter22", "a value is not taken from the command line"),
        ("vault/key=hunter22", "vault/key=env:VARIABLE"),
        ("vault=env:hunter22!", "not the name of a variable"),
        ("vault=file:", "a value is not taken"),
        ("hunter22", "has no '='"),
        ("Hunter22=env:A", "no Secret can have"),
        ("vault/hunter22/=env:A", "no key of a Secret"),
        ("vault/..=env:A", "no key of a Secret"),
        ("=env:A", "no Secret can have"),
    ])
    func `what is wrong is told without the value`(_ argument: String, _ says: String) {
        #expect {
            try SecretArgument(parsing: argument)
        } throws: { error in
            "\(error)".contains(says) && !"\(error)".lowercased().contains("hunter22")
        }
    }
}

struct SecretsFileTests {
    @Test func `lines name a Secret, a key and a value`() throws {
        let file = try SecretsFile(
            parsing: #"""
                # a comment
                registry-auth/username=ada
                registry-auth/password =  open sesame  # a comment

                token=a#b=c
                quoted/single='as it\n is # "so"'   # a comment
                quoted/double="one\ntwo \"three\" \\ \$x"
                key/id_rsa="-----BEGIN-----
                abc
                -----END-----
                "
                empty/a=
                empty/b= # nothing
                """#
        )
        #expect(
            file.entries.map { "\($0.line) \($0.name)/\($0.key ?? "?")=\($0.value)" } == [
                "2 registry-auth/username=ada", "3 registry-auth/password=open sesame", "5 token/?=a#b=c",
                #"6 quoted/single=as it\n is # "so""#, "7 quoted/double=one\ntwo \"three\" \\ $x",
                "8 key/id_rsa=-----BEGIN-----\nabc\n-----END-----\n", "12 empty/a=", "13 empty/b=",
            ]
        )
    }

    @Test(arguments: [
        ("a/b=c\nhunter22", "line 2: there is no '='"),
        ("a/b='hunter22\nmore", "line 1: the quote is never closed"),
        ("a/b=\"hunter22\" hunter22", "line 1: only a comment may follow"),
        (#"a/b="hunter22\x""#, "line 1: an unknown escape"),
        ("HUNTER22=c", "line 1: a secret is given by a name that no Secret can have"),
    ])
    func `what is wrong is told by its line, without a value`(_ text: String, _ says: String) {
        #expect {
            try SecretsFile(parsing: text)
        } throws: { error in
            "\(error)".hasPrefix(says) && !"\(error)".lowercased().contains("hunter22")
        }
    }

    @Test func `line ends of Windows are no part of a value`() throws {
        #expect(try SecretsFile(parsing: "a/b=c\r\na/d=e\r\n").entries.map(\.value) == ["c", "e"])
    }

    @Test(arguments: [
        ("---\nkind: Secret\n", true), ("# x\napiVersion: v1\n", true), ("{\"kind\": \"Secret\"}", true),
        ("a/b=c: d\n", false), ("\n# x\na/b=c\n", false), ("", false),
    ])
    func `a Secret document is told from lines`(_ text: String, _ isYAML: Bool) {
        #expect(SecretsFile.isYAML(text) == isYAML)
    }
}
