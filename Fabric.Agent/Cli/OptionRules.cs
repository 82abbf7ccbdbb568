using System.CommandLine;
using System.Globalization;

namespace Fabric.Agent.Cli;

/// <summary>What options want beyond their type.</summary>
internal static class OptionRules
{
    /// <summary>Refuses a value that is not of the type or not right, in one sentence.</summary>
    /// <typeparam name="T">What the value is read as.</typeparam>
    /// <param name="option">The option; one value.</param>
    /// <param name="wanted">What it wants, after "--option wants".</param>
    /// <param name="isRight">Whether a value will do. Defaults are not asked about.</param>
    public static void Want<T>(this Option option, string wanted, Func<T, bool> isRight)
        where T : IParsable<T> =>
        // Not by the parsed value: to ask for one that is not of the type throws.
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(T.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && isRight(value)))
                result.AddError($"{option.Name} wants {wanted}, not '{token.Value}'");
        });

    /// <summary>Refuses a word that is none of an enumeration's, and tells them; case does not matter.</summary>
    public static void WantOneOf<T>(this Option<T> option)
        where T : struct, Enum
    {
        string[] words = [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];
        option.CompletionSources.Clear();
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !words.Contains(token.Value.ToLowerInvariant()))
                result.AddError($"{option.Name} wants {string.Join(", ", words[..^1])} or {words[^1]}, not '{token.Value}'");
        });
    }
}
