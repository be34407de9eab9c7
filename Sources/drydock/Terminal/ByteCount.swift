import Foundation

/// Writes a size as `0 B`, `12.3 kB` or `1.2 GB`, in powers of 1000 as Docker does.
func byteText(_ bytes: Int64) -> String {
    var value = Double(bytes)
    for unit in ["B", "kB", "MB", "GB"] {
        if abs(value) < 999.95 || unit == "GB" {
            return unit == "B" || abs(value) >= 99.95
                ? String(format: "%.0f %@", value, unit) : String(format: "%.1f %@", value, unit)
        }
        value /= 1000
    }
    return "\(bytes) B"
}
