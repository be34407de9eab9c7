import Testing

@testable import Pods

/// Who the files of a clone belong to.
struct CloneOwnerTests {
    private let passwd = "root:x:0:0:root:/root:/bin/sh\ngit:x:1000:1001::/home/git:\nnonroot:x:65532:65532::/:\n"

    @Test(
        arguments: [
            (1234, 5678, "git", 1234, 5678),
            (65532, nil, "", 65532, 65532),
            (1000, nil, "", 1000, 1001),
            (4321, nil, "", 4321, 0),
            (nil, nil, "", 0, 0),
            (nil, nil, "git", 1000, 1001),
            (nil, nil, "1000", 1000, 1001),
            (nil, nil, "4321", 4321, 0),
            (nil, nil, "4321:7", 4321, 7),
            (nil, 9, "git:7", 1000, 9),
        ] as [(Int?, Int?, String, Int, Int)]
    )
    func `the manifest comes first, then the image`(
        user: Int?,
        group: Int?,
        imageUser: String,
        expectedUser: Int,
        expectedGroup: Int
    ) throws {
        var request = try CloneFixture.request()
        request.user = user
        request.group = group
        let owner = CloneTask.owner(of: request, image: .init(user: imageUser, passwd: passwd))
        #expect(owner == CloneTask.Owner(user: expectedUser, group: expectedGroup))
    }

    @Test(arguments: ["nobody-knows", "git:people"])
    func `names that the image does not explain are for the image to know`(imageUser: String) throws {
        var request = try CloneFixture.request()
        request.user = nil
        request.group = nil
        #expect(CloneTask.owner(of: request, image: .init(user: imageUser, passwd: passwd)) == nil)
        #expect(CloneTask.owner(of: request, image: nil) == nil)
    }

    @Test func `without its image a user has a group of the same number`() throws {
        var request = try CloneFixture.request()
        request.user = 65532
        request.group = nil
        #expect(CloneTask.owner(of: request, image: nil) == CloneTask.Owner(user: 65532, group: 65532))
    }
}
