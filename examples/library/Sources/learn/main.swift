import ChatCore
import ChatTraining
import Foundation

// Trains a model for some steps on a file: `learn FILE MODEL STEPS`.
let arguments = CommandLine.arguments
guard arguments.count == 4, let steps = Int(arguments[3]) else {
    print("usage: learn FILE MODEL STEPS")
    exit(2)
}
let corpus = try EncodedCorpus.open(files: [URL(filePath: arguments[1])])
let data = try TrainingData(corpus, validation: 0.1)
var request = TrainingRequest()
request.budget = .steps(steps)
request.preset = .tiny
let plan = try TrainingPlan(request, for: data)
let outcome = try Trainer(plan.configuration, data: data, options: plan.options).run { event in
    if case .evaluation(let progress, _) = event {
        print("step \(progress.step): \(progress.validationLoss ?? .nan) nats per character")
    }
    return true
}
let model = try outcome.chatModel(data, options: plan.options, compact: true)
try ModelFile.save(model, to: URL(filePath: arguments[2]))
print("wrote \(arguments[2]), \(model.network.configuration.parameterCount) values")
