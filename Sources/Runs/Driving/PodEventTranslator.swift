import Planning
import Synchronization

/// Turns what a Pod tells into run events: masks its output and cuts it into lines.
final class PodEventTranslator: Sendable {
    private struct Key: Hashable {
        var step: String
        var stream: OutputStream
    }

    private struct Channel {
        var masking: MaskingStream
        var lines = LineAssembler()
    }

    private let surroundings: RunSurroundings
    private let run: String
    private let task: String
    private let channels = Mutex<[Key: Channel]>([:])

    init(surroundings: RunSurroundings, run: String, task: String) {
        self.surroundings = surroundings
        self.run = run
        self.task = task
    }

    func handle(_ event: PodEvent) {
        switch event {
        case .notice(let text): emit(.notice(text))
        case .pulling(let image, let progress): emit(.pulling(task: task, image: image, progress: progress))
        case .stepStarted(let name): emit(.stepStarted(task: task, step: name))
        case .stepEnded(let state):
            flush { $0.step == state.name }
            emit(.stepEnded(task: task, state))
        case .output(let step, let stream, let bytes): take(bytes, of: Key(step: step, stream: stream))
        }
    }

    /// Emits what is left of steps and sidecars that never told their end.
    func finish() { flush { _ in true } }

    private func take(_ bytes: [UInt8], of key: Key) {
        // The lock is held while the text is handed on: lines of one step keep their order.
        channels.withLock { channels in
            var channel = channels[key] ?? Channel(masking: MaskingStream(surroundings.masker))
            let text = channel.lines.append(channel.masking.append(bytes))
            channels[key] = channel
            if let text { emit(.output(task: task, step: key.step, stream: key.stream, text: text)) }
        }
    }

    private func flush(_ matches: (Key) -> Bool) {
        channels.withLock { channels in
            for (key, var channel) in channels where matches(key) {
                let lines = channel.lines.append(channel.masking.finish())
                let rest = (lines ?? "") + (channel.lines.finish() ?? "")
                if !rest.isEmpty { emit(.output(task: task, step: key.step, stream: key.stream, text: rest)) }
                channels[key] = nil
            }
        }
    }

    private func emit(_ kind: RunEvent.Kind) { surroundings.emit(kind, run: run) }
}
