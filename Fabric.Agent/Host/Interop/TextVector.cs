using System.Runtime.InteropServices;

namespace Fabric.Agent.Host.Interop;

/// <summary>Texts as C wants them: an array of pointers that ends with null.</summary>
internal sealed unsafe class TextVector : IDisposable
{
    private readonly nint[] _texts;
    private readonly GCHandle _pin;

    public TextVector(IEnumerable<string> texts)
    {
        _texts = [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];
        _pin = GCHandle.Alloc(_texts, GCHandleType.Pinned);
    }

    public byte** Pointer => (byte**)_pin.AddrOfPinnedObject();

    public void Dispose()
    {
        _pin.Free();
        foreach (var text in _texts)
            Marshal.FreeCoTaskMem(text);
    }
}
