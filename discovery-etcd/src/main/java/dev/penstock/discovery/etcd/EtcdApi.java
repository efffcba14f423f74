package dev.penstock.discovery.etcd;

import dev.penstock.discovery.http.Call;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What is asked of etcd, in the words of one of its APIs. Thread-safe. */
interface EtcdApi {
    /**
     * What is there now.
     *
     * @param key of one value; of all whose keys begin with it if it ends with a slash
     */
    Call<Found> list(String key);

    /**
     * Waits for a change after an index: ends with an empty text when there is one, when the index is too old to tell, and
     * when nothing came in time; with a sentence when the cluster refuses to tell.
     */
    Call<String> await(String key, long index, Duration wait);

    /**
     * An answer. Immutable.
     *
     * @param values by whole key
     * @param skipped one sentence for each value that could not be read
     * @param index of the cluster when it was read
     * @param missing whether there is no such folder, where an API has folders
     */
    record Found(Map<String, String> values, List<String> skipped, long index, boolean missing) {
        /** Copies both. */
        public Found {
            values = Map.copyOf(values);
            skipped = List.copyOf(skipped);
        }

        /** Of keys that are there, or may be. */
        Found(Map<String, String> values, List<String> skipped, long index) {
            this(values, skipped, index, false);
        }
    }
}
