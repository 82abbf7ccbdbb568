namespace Fabric.Connections;

/// <summary>Which ports outside new translations may be given: of all blocks of <see cref="BlockSize"/> ports every so-manieth.</summary>
/// <param name="Part">The first block, from 0.</param>
/// <param name="Parts">How many share the ports; 1 or more.</param>
/// <remarks>So two upcall threads never give one port, without asking each other.</remarks>
public readonly record struct PortShare(int Part, int Parts)
{
    /// <summary>Ports that one is given together, so that those for neighboring ports may be neighbors.</summary>
    public const int BlockSize = 64;

    /// <summary>All ports.</summary>
    public static PortShare All { get; } = new(0, 1);

    /// <summary>The port is of this share.</summary>
    public bool Contains(int port) => port / BlockSize % Parts == Part;
}
