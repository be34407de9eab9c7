import Foundation
import SystemPackage

/// Removes a directory that this module made, with all in it.
func removeTree(_ path: FilePath) {
    // What cannot be removed is inside the destination and goes with it.
    try? FileManager.default.removeItem(atPath: path.string)
}
