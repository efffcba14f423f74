package dev.penstock.proxy;

import dev.penstock.catalog.CatalogState;
import dev.penstock.catalog.ListenerSpec;
import dev.penstock.catalog.Problem;
import dev.penstock.catalog.ServiceSpec;
import dev.penstock.tls.ClientCertificates;
import dev.penstock.tls.ServerCertificate;
import dev.penstock.tls.ServerTls;
import dev.penstock.tls.UpstreamTls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the files that definitions name, to tell beforehand what is wrong with them. Stateless. */
public final class TlsFiles {
    private TlsFiles() {}

    /**
     * Finds all problems.
     *
     * @param state definitions; their files are read on the calling thread
     * @return with paths in the words of the configuration file; empty if all files can be used
     */
    public static List<Problem> problems(CatalogState state) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < state.listeners().size(); i++) {
            ListenerSpec listener = state.listeners().get(i);
            if (listener.tls() != null) {
                listener("listeners[" + i + "].tls", listener.tls(), problems);
            }
        }
        for (ServiceSpec service : state.services()) {
            if (service.tls() != null) {
                service("services." + service.name() + ".tls", service.tls(), problems);
            }
        }
        return problems;
    }

    private static void service(String path, UpstreamTls tls, List<Problem> problems) {
        authorities(path + ".ca", tls.ca(), problems);
        Path certificate = tls.certificate();
        Path key = tls.key();
        if (certificate != null && key != null) {
            pair(path, certificate, key, problems);
        }
    }

    private static void listener(String path, ServerTls tls, List<Problem> problems) {
        for (int i = 0; i < tls.certificates().size(); i++) {
            ServerCertificate certificate = tls.certificates().get(i);
            String at = path + ".certificates[" + i + "]";
            pair(at, certificate.certificate(), certificate.key(), problems);
            clients(at, certificate.clients(), problems);
        }
        clients(path, tls.clients(), problems);
    }

    private static void clients(String path, ClientCertificates clients, List<Problem> problems) {
        authorities(path + ".clients.ca", clients.ca(), problems);
    }

    private static void authorities(String path, @Nullable Path ca, List<Problem> problems) {
        if (ca != null) {
            check(path, () -> PemFile.read(ca).certificates(), problems);
        }
    }

    private static void pair(String path, Path certificate, Path key, List<Problem> problems) {
        int before = problems.size();
        check(path + ".certificate", () -> PemFile.read(certificate).certificates(), problems);
        check(path + ".key", () -> PemFile.read(key).key(), problems);
        if (problems.size() == before) {
            check(path + ".key", () -> HostFiles.read(certificate, key), problems);
        }
    }

    private static void check(String path, Runnable reading, List<Problem> problems) {
        try {
            reading.run();
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(path, String.valueOf(e.getMessage())));
        }
    }
}
