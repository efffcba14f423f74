package dev.penstock.label;

import dev.penstock.catalog.ServiceSpec;
import java.util.Locale;
import java.util.Set;

/** Reads the sticky cookie of a service in Traefik's labels as the balancer {@code sticky}. */
final class TraefikSticky {
    private static final String COOKIE = "sticky.cookie";
    private static final Set<String> SAME_SITE = Set.of("none", "lax", "strict");

    private TraefikSticky() {}

    /** The balancer of a service, refined if its labels ask for it. */
    static String refine(LabelEntry entry, String service, String balancer) {
        boolean asked = entry.flag(COOKIE, entry.hasBelow(COOKIE + "."));
        // Each service has a name of its own, as with Traefik: services of one host must not take each other's.
        String name = entry.read(
                COOKIE + ".name",
                "_" + Integer.toHexString(service.hashCode()),
                "a cookie's name",
                TraefikSticky::name);
        int age = entry.integer(COOKIE + ".maxage", 0, 0, Integer.MAX_VALUE);
        String secure = entry.read(COOKIE + ".secure", "", "true or false", TraefikSticky::secure);
        String site = entry.read(COOKIE + ".samesite", "", "one of lax, none, strict", TraefikSticky::site);
        String path = entry.read(COOKIE + ".path", "/", "a path that begins with /", TraefikSticky::path);
        if (!entry.flag(COOKIE + ".httponly", true)) {
            entry.goesWithout(COOKIE + ".httponly", "a cookie that scripts may read is");
        }
        entry.unsupported(COOKIE + ".domain", "a cookie's domain is");
        entry.unsupported("sticky", "this way to be sticky is");
        if (!asked) {
            return balancer;
        }
        if (site.equals("none") && !secure.equals("yes")) {
            entry.goesWithout(COOKIE + ".samesite", "SameSite=None without secure, which clients refuse, is");
            site = "";
        }
        return "sticky(cookie=" + name
                + (age == 0 ? "" : ", max_age_s=" + age)
                + (path.equals("/") ? "" : ", path=" + path)
                + (site.isEmpty() ? "" : ", same_site=" + site)
                + (secure.isEmpty() ? "" : ", secure=" + secure)
                + ")/" + (balancer.isEmpty() ? ServiceSpec.DEFAULT_BALANCER : balancer);
    }

    private static String name(String text) {
        if (!text.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    private static String secure(String text) {
        Boolean flag = Flags.parse(text);
        if (flag == null) {
            throw new IllegalArgumentException(text);
        }
        return flag ? "yes" : "no";
    }

    private static String site(String text) {
        String site = text.toLowerCase(Locale.ROOT);
        if (!SAME_SITE.contains(site)) {
            throw new IllegalArgumentException(text);
        }
        return site;
    }

    private static String path(String text) {
        if (!text.matches("/[!#-'*+.-:<-~-]{0,100}")) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }
}
