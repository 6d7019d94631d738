import ChatCore
import ChatTraining
import Foundation

// Trains a model for some steps on a file: `learn FILE MODEL STEPS`.
let arguments = CommandLine.arguments
guard arguments.count == 4, let steps = Int(arguments[3]) else {
    print("usage: learn FILE MODEL STEPS")
    exit(2)
}
let (text, file) = (URL(filePath: arguments[1]), URL(filePath: arguments[2]))

let corpus = try EncodedCorpus.open(files: [text])
let data = try TrainingData(corpus, validation: 0.1)
var request = TrainingRequest()
request.budget = .steps(steps)
request.preset = .tiny
let plan = try TrainingPlan(request, for: data)
let trainer = try Trainer(plan.configuration, data: data, options: plan.options)
let outcome = try trainer.run { event in
    if case .evaluation(let progress, _) = event { print(progress.validationLoss ?? .nan) }
    return true  // false stops the run
}
let model = try outcome.chatModel(data, options: plan.options)
try ModelFile.save(model, to: file)
print("wrote \(file.relativePath), \(model.network.configuration.parameterCount) values")
