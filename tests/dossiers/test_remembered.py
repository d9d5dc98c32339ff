from comity.dossiers import folding, queries
from comity.dossiers.remembered import Remembered


class TestRemembered:
    def test_forgets_what_was_used_least(self):
        memory = Remembered(2)
        memory.put("a", 1)
        memory.put("b", 2)
        assert memory.get("a") == 1
        memory.put("c", 3)
        assert (memory.get("a"), memory.get("b"), memory.get("c")) == (1, None, 3)

    def test_gives_back_what_is_put(self):
        assert Remembered(1).put("a", 1) == 1


class TestTheFold:
    def test_is_the_same_from_memory_and_from_the_stored_bytes(self, dossier, alice):
        found = queries.one(alice, dossier.pk)
        remembered = folding.fold(found)
        folding.forget()
        read = folding.fold(found)
        assert read.state == remembered.state
        assert read.state is not remembered.state
        assert read.acts == remembered.acts

    def test_reads_acts_once(self, dossier, alice, django_assert_num_queries):
        found = queries.one(alice, dossier.pk)
        folding.forget()
        with django_assert_num_queries(2):
            folding.fold(found)
        with django_assert_num_queries(1):
            folding.fold(found)
