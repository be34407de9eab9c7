import Foundation

/// Writes a time span as `0.4s`, `12.3s` or `1m05s`.
func durationText(_ seconds: TimeInterval) -> String {
    guard seconds >= 60 else { return String(format: "%.1fs", max(0, seconds)) }
    let whole = Int(seconds.rounded())
    return String(format: "%dm%02ds", whole / 60, whole % 60)
}
