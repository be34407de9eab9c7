import Foundation

/// Writes a time span as `0.4s`, `12.3s` or `1m05s`.
func durationText(_ seconds: TimeInterval) -> String {
    let tenths = Int((max(0, seconds) * 10).rounded())
    guard tenths >= 600 else { return "\(tenths / 10).\(tenths % 10)s" }
    let whole = Int(seconds.rounded())
    return "\(whole / 60)m" + (whole % 60 < 10 ? "0" : "") + "\(whole % 60)s"
}
