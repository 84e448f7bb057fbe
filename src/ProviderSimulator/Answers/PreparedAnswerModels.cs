using System.Text.Json;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.Answers;

/// <summary>Puts the model's name on a refusal.</summary>
internal static class PreparedAnswerModels
{
    public static PreparedAnswer WithModel(this PreparedAnswer answer, string? model) =>
        new() { Status = answer.Status, ContentType = answer.ContentType, Body = answer.Body, Model = model, DependsOnState = answer.DependsOnState };

    /// <summary>Names the model of a refused request as far as it can be read, so that fault rules still match.</summary>
    public static PreparedAnswer WithModel(this PreparedAnswer answer, JsonElement request) => answer.WithModel(request.Text("model"));
}
