using Fabric.Agent.Errors;

namespace Fabric.Agent.Description.Keys;

/// <summary>One key of a map: its name, what it takes and what to know about it.</summary>
/// <param name="name">The key as written.</param>
/// <param name="form">What it takes.</param>
/// <param name="text">What it means, in one or two sentences.</param>
internal abstract class Key(string name, Form form, string text)
{
    /// <summary>The key as written.</summary>
    public string Name { get; } = name;

    /// <summary>What it takes.</summary>
    public Form Form { get; } = form;

    /// <summary>What it means.</summary>
    public string Text { get; } = text;

    /// <summary>What holds when it is left out; empty when it is required.</summary>
    public string Default { get; init; } = "none";

    /// <summary>The unit of a number, or empty.</summary>
    public string Unit { get; init; } = "";

    /// <summary>It may not be left out.</summary>
    public bool IsRequired { get; init; }

    /// <summary>What it is when it is left out, for a required one.</summary>
    public ErrorEntry Missing { get; init; } = DescriptionErrors.MissingKey;
}

/// <summary>A key of which the form is known.</summary>
internal sealed class Key<TForm>(string name, TForm form, string text) : Key(name, form, text)
    where TForm : Form
{
    /// <summary>What it takes.</summary>
    public new TForm Form { get; } = form;
}
